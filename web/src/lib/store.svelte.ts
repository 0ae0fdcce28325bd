/** What the page shows: one state, from which everything is drawn and the address is written. */

import { ask, Refused, runFully } from "./api";
import { NewestWaits } from "./loop";
import type { Baseline, Control, Geography, Lang, Picture, Story, Texts } from "./types";
import { readAddress, writeAddress, type By, type Show, type View } from "./url";
import { speech } from "./words";

const STEP_MS = 650;
const UNDO = 100;

type Levers = Record<string, number>;
type Run = { moved: Levers; start: number; kept: boolean };

export class Store {
  texts = $state.raw<Texts | null>(null);
  baseline = $state.raw<Baseline | null>(null);
  geography = $state.raw<Geography | null>(null);
  controls = $state.raw<Map<string, Control>>(new Map());
  stories = $state.raw<Story[]>([]);

  lang = $state<Lang>("es");
  view = $state<View>("map");
  show = $state<Show>("difference");
  by = $state<By>("district");
  year = $state(0);
  focus = $state("");
  start = $state(0);
  moved = $state.raw<Levers>({});
  kept = $state.raw<Levers | null>(null);

  picture = $state.raw<Picture | null>(null);
  keptPicture = $state.raw<Picture | null>(null);
  evidence = $state.raw<{ measure: string; place: string } | null>(null);
  story = $state("");
  busy = $state(false);
  playing = $state(false);
  trouble = $state("");
  tour = $state(-1);
  isFirst = $state(!isRemembered("toured"));

  private undone: Levers[] = [];
  private done = $state.raw<Levers[]>([]);
  private timer: ReturnType<typeof setInterval> | null = null;
  private loop = new NewestWaits<Run, Picture>(
    ({ moved, start }) => runFully(moved, start),
    ({ kept }, picture) => this.take(picture, kept),
    (error) => this.fail(error),
  );

  s = $derived.by(() => (this.texts ? speech(this.texts, this.lang) : null)!);
  first = $derived((this.baseline?.present ?? 0) + 1);
  last = $derived(this.baseline?.years.at(-1) ?? 0);
  isMoved = $derived(Object.keys(this.moved).length > 0);
  canUndo = $derived(this.done.length > 0);

  /** Load what never changes, then show what the address says, or a first story. */
  async open(query: string, language: string): Promise<void> {
    const address = readAddress(query);
    const wanted = address.lang || language.slice(0, 2);
    this.lang = wanted === "en" ? "en" : "es";
    try {
      const [texts, levers, stories, geography] = await Promise.all([
        ask<Texts>("texts"),
        ask<{ levers: Control[] }>("levers"),
        ask<{ stories: Story[] }>("stories"),
        ask<Geography>("geography"),
      ]);
      this.controls = new Map(levers.levers.map((control) => [control.key, control]));
      this.stories = stories.stories;
      this.geography = geography;
      this.texts = texts;
      const baseline = await ask<Baseline>("baseline");
      this.year = inYears(address.year, baseline);
      this.start = address.start && address.start > baseline.present ? address.start : baseline.present + 1;
      this.baseline = baseline;
    } catch (error) {
      this.fail(error);
      return;
    }
    this.view = address.view;
    this.show = address.show;
    this.by = address.by;
    this.focus = this.baseline!.places.zone.includes(address.focus) ? address.focus : "";
    this.moved = this.valid(address.moved);
    this.kept = address.kept ? this.valid(address.kept) : null;
    if (query.replace(/^\?|lang=\w+/g, "") === "" && this.stories.length) this.tell(this.stories[0], false);
    else this.refresh();
    if (this.kept) void this.runKept();
  }

  /** Move a lever; `begins` is false for the further steps of a drag, which is undone as one. */
  move(key: string, value: number, begins = true): void {
    const control = this.controls.get(key);
    if (!control) return;
    const moved = { ...this.moved };
    if (value === control.default) delete moved[key];
    else moved[key] = value;
    if (begins) this.remember();
    this.story = "";
    this.moved = moved;
    this.refresh();
  }

  /** Keep the levers as they are, to come back to them. */
  remember(): void {
    if (JSON.stringify(this.done.at(-1)) === JSON.stringify(this.moved)) return;
    this.done = [...this.done.slice(-UNDO), this.moved];
    this.undone = [];
  }

  undo(): void {
    const before = this.done.at(-1);
    if (!before) return;
    this.done = this.done.slice(0, -1);
    this.undone.push(this.moved);
    this.moved = before;
    this.story = "";
    this.refresh();
  }

  reset(): void {
    this.remember();
    this.moved = {};
    this.story = "";
    this.start = this.first;
    this.refresh();
  }

  setStart(year: number): void {
    this.start = year;
    this.refresh();
    if (this.kept) void this.runKept();
  }

  tell(story: Story, remember = true): void {
    if (remember) this.remember();
    this.moved = this.valid(story.levers);
    this.story = story.id;
    this.start = this.first;
    if (remember) this.view = story.view as View;
    this.show = story.show as Show;
    this.focus = story.focus;
    this.year = this.last;
    this.refresh();
  }

  /** Keep this scenario beside the next ones; or let go of the one kept. */
  keep(): void {
    this.kept = this.kept ? null : this.moved;
    this.keptPicture = this.kept ? this.picture : null;
    this.write();
  }

  select(zone: string): void {
    this.focus = this.focus === zone ? "" : zone;
    this.write();
  }

  play(): void {
    if (this.timer) return this.pause();
    if (this.year >= this.last) this.year = this.baseline!.years[0];
    this.playing = true;
    this.timer = setInterval(() => {
      if (this.year >= this.last) this.pause();
      else this.year += 1;
    }, STEP_MS);
  }

  pause(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.playing = false;
    this.write();
  }

  /** Begin the tour; the first visit is over then. */
  guide(): void {
    this.tour = 0;
    this.isFirst = false;
    remembered("toured");
  }

  /** Write the address of what is shown. */
  write(): void {
    if (!this.baseline) return;
    const year = this.year === this.last ? null : this.year;
    const start = this.start === this.first ? null : this.start;
    const { lang, view, show, by, focus, moved, kept } = this;
    history.replaceState(null, "", `?${writeAddress({ lang, view, show, by, year, focus, start, moved, kept })}`);
  }

  private refresh(): void {
    this.write();
    this.busy = true;
    this.loop.ask({ moved: this.moved, start: this.start, kept: false });
  }

  private async runKept(): Promise<void> {
    try {
      await runFully(this.kept!, this.start)((picture) => (this.keptPicture = picture), new AbortController().signal);
    } catch (error) {
      this.fail(error);
    }
  }

  private take(picture: Picture, kept: boolean): void {
    if (kept) this.keptPicture = picture;
    else this.picture = picture;
    this.trouble = "";
    this.busy = picture.draws < picture.of;
  }

  private fail(error: unknown): void {
    this.busy = false;
    this.trouble = error instanceof Refused || error instanceof Error ? error.message : String(error);
  }

  private valid(levers: Levers): Levers {
    const known = Object.entries(levers).filter(([key, value]) => {
      const control = this.controls.get(key);
      return control && value >= control.low && value <= control.high && value !== control.default;
    });
    return Object.fromEntries(known);
  }
}

/** What a browser remembers of earlier visits; nothing where it may not. */
function isRemembered(what: string): boolean {
  try {
    return localStorage.getItem(`globo.${what}`) !== null;
  } catch {
    return false;
  }
}

function remembered(what: string): void {
  try {
    localStorage.setItem(`globo.${what}`, "1");
  } catch {
    // A browser that keeps nothing asks again at the next visit.
  }
}

function inYears(year: number | null, baseline: Baseline): number {
  return year && baseline.years.includes(year) ? year : baseline.years.at(-1)!;
}

export const store = new Store();
