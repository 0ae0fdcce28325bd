/** What the page shows: one state, from which everything is drawn and the address is written. */

import { ask, isPassing, patience, Refused, runFully } from "./api";
import { NewestWaits } from "./loop";
import { QUESTIONS } from "./questions";
import { Outside } from "./response";
import { isPublished } from "./folder";
import { isSame, isToday, standing, type Run } from "./standing";
import { labelWords } from "./summary";
import { Trail } from "./trail";
import type { Baseline, Control, Geography, Lang, Picture, Story, Texts } from "./types";
import { readAddress, writeAddress, type Address, type By, type Show, type View } from "./url";
import { languages, properName, speech } from "./words";

const STEP_MS = 650;

type Levers = Record<string, number>;

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
  name = $state("");
  keptName = $state("");
  against = $state(false);
  story = $state("");
  ask = $state("");
  /** The chart that is shown alone; "" for the whole page. */
  embed = $state("");
  /** What was asked when the newest answer came. */
  answeredAsk = $state("");
  /** Whether the whole answer is unfolded where the page is brief. */
  isUnfolded = $state(false);

  /** The newest answer and the run that it answers; what is drawn is `shown`. */
  picture = $state.raw<Picture | null>(null);
  answered = $state.raw<Run | null>(null);
  keptPicture = $state.raw<Picture | null>(null);
  keptAnswered = $state.raw<Run | null>(null);

  evidence = $state.raw<{ measure: string; place: string } | null>(null);
  /** The district whose card is open, by its place in the list; -1 for none. */
  district = $state(-1);
  playing = $state(false);
  isLost = $state(false);
  /** Whether the server answers, but cannot answer this. */
  isOverrun = $state(false);
  trouble = $state("");
  tour = $state(-1);
  isFirst = $state(!isRemembered("toured"));
  canUndo = $state(false);
  canRedo = $state(false);

  private timer: ReturnType<typeof setInterval> | null = null;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private loop = this.looped((run, picture) => ([this.answered, this.picture, this.answeredAsk] = [run, picture, this.ask]));
  private keptLoop = this.looped((run, picture) => ([this.keptAnswered, this.keptPicture] = [run, picture]));
  private trail = new Trail(
    () => this.address(),
    (query) => this.read(query),
    (undo, redo) => ([this.canUndo, this.canRedo] = [undo, redo]),
  );

  s = $derived.by(() => (this.texts ? speech(this.texts, this.lang) : null)!);
  first = $derived((this.baseline?.present ?? 0) + 1);
  last = $derived(this.baseline?.years.at(-1) ?? 0);
  asked = $derived<Run>({ moved: this.moved, start: this.start, against: this.against && !isPublished && this.kept && Object.keys(this.kept).length ? this.kept : null });
  keptAsked = $derived<Run>({ moved: this.kept ?? {}, start: this.start, against: null });
  isMoved = $derived(!isToday(this.asked));
  /** What is drawn over the baseline: the newest answer, old or not; nothing where nothing is moved. */
  shown = $derived(this.isMoved && this.answered && !isToday(this.answered) ? this.picture : null);
  keptShown = $derived(this.kept && Object.keys(this.kept).length ? this.keptPicture : null);
  standing = $derived.by(() => {
    const own = standing(this.asked, this.answered, this.picture, this.isLost, this.trouble !== "");
    const waits = this.kept && !isToday(this.keptAsked) && !isSame(this.keptAnswered, this.keptAsked);
    return own !== "lost" && own !== "refused" && waits ? "pending" : own;
  });
  /** Whether what is drawn answers another question than the one asked. */
  isStale = $derived(this.standing === "pending" || this.standing === "refused" || (this.isLost && this.isMoved && !isSame(this.answered, this.asked)));
  isBusy = $derived(this.standing !== "whole" && this.standing !== "refused");
  /** What the pictures call the scenarios. */
  names = $derived({ own: this.name || this.s?.t(this.kept ? "compare.b" : "scenario"), kept: this.keptName || this.s?.t("compare.a") });

  /** Load what never changes, then show what the address says, or a first story. */
  async open(query: string, language: string): Promise<void> {
    const address = readAddress(query);
    const wanted = address.lang || language.slice(0, 2);
    this.lang = wanted as Lang;
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
      this.lang = this.spoken(wanted, texts);
      this.texts = texts;
      const baseline = await ask<Baseline>("baseline");
      this.year = baseline.years.at(-1)!;
      this.start = baseline.present + 1;
      baseline.districts.name = baseline.districts.name.map(properName);
      this.baseline = baseline;
    } catch (error) {
      this.fail(error, () => void this.open(query, language));
      return;
    }
    [this.isLost, this.trouble, this.attempts] = [false, "", 0];
    if (query.replace(/^\?|lang=\w+/g, "") === "" && this.stories.length) this.tell(this.stories[0], false);
    else this.read(query);
  }

  /** The language wanted where the server has its texts, else Spanish. */
  private spoken(wanted: string, texts: Texts): Lang {
    return languages(texts).find((lang) => lang === wanted) ?? "es";
  }

  /** Show what an address says. */
  read(query: string): void {
    if (!this.baseline) return;
    const address = readAddress(query);
    const { years, present, places } = this.baseline;
    if (address.lang) this.lang = this.spoken(address.lang, this.texts!);
    [this.view, this.show, this.by] = [address.view, address.show, address.by];
    this.year = address.year && years.includes(address.year) ? address.year : this.last;
    this.start = !isPublished && address.start && address.start > present && address.start <= this.last ? address.start : this.first;
    this.focus = places.zone.includes(address.focus) ? address.focus : "";
    this.moved = this.valid(address.moved);
    this.kept = address.kept ? this.valid(address.kept) : null;
    [this.name, this.keptName, this.against] = [address.name, address.keptName, address.against && !!this.kept];
    this.embed = address.embed;
    const told = this.stories.find((story) => story.id === address.story);
    this.story = told && isSame({ moved: this.valid(told.levers), start: 0, against: null }, { moved: this.moved, start: 0, against: null }) ? told.id : "";
    this.ask = QUESTIONS.some((q) => q.id === address.ask) ? address.ask : "";
    this.refresh();
    this.runKept();
  }

  /** Move a lever; `begins` is false for the further steps of a drag, which is undone as one. */
  move(key: string, value: number, begins = true): void {
    const control = this.controls.get(key);
    if (!control || (this.moved[key] ?? control.default) === value) return;
    const moved = { ...this.moved };
    if (value === control.default) delete moved[key];
    else moved[key] = value;
    if (begins) this.trail.step();
    this.story = "";
    this.moved = moved;
    this.refresh(!begins);
  }

  undo(): void {
    this.trail.undo();
  }

  redo(): void {
    this.trail.redo();
  }

  reset(): void {
    this.trail.step();
    this.moved = {};
    this.story = "";
    this.start = this.first;
    this.refresh();
  }

  setStart(year: number): void {
    this.trail.step();
    this.start = year;
    this.refresh();
    this.runKept();
  }

  tell(story: Story, remember = true): void {
    if (remember) this.trail.step();
    this.moved = this.valid(story.levers);
    this.story = story.id;
    this.ask = story.ask ?? "";
    this.start = this.first;
    if (remember) this.view = story.view as View;
    this.show = story.show as Show;
    this.focus = story.focus;
    this.year = this.last;
    this.refresh();
  }

  /** Set levers all at once, the others as today. */
  tryOut(levers: Levers): void {
    this.trail.step();
    this.moved = this.valid(levers);
    this.story = "";
    this.refresh();
  }

  /** Keep this scenario beside the next ones; or let go of the one kept. */
  keep(): void {
    this.trail.step();
    [this.kept, this.keptName, this.name] = this.kept ? [null, "", this.name] : [this.moved, this.name, ""];
    this.against = false;
    this.refresh();
    this.runKept();
  }

  /** The scenario kept becomes the one shown, and the other way round. */
  swap(): void {
    if (!this.kept) return;
    this.trail.step();
    [this.moved, this.kept] = [this.kept, this.moved];
    [this.name, this.keptName] = [this.keptName, this.name];
    this.story = "";
    this.refresh();
    this.runKept();
  }

  /** Tell differences to the scenario kept, or to today's policy. */
  compare(against: boolean): void {
    this.trail.step();
    this.against = against;
    this.refresh();
  }

  setQuestion(ask: string): void {
    if (!this.isStale) this.answeredAsk = ask;
    this.ask = ask;
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
    if (this.baseline) this.trail.write();
  }

  private address(): string {
    const { lang, view, show, by, focus, moved, kept, name, keptName, against, story, ask, embed } = this;
    const year = this.year === this.last ? null : this.year;
    const start = this.start === this.first ? null : this.start;
    return `?${writeAddress({ lang, view, show, by, year, focus, start, moved, kept, name, keptName, against, story, ask, embed } satisfies Address)}`;
  }

  private refresh(isDragged = false): void {
    if (isDragged) this.trail.writeSoon();
    else this.write();
    this.trouble = "";
    this.loop.ask(this.asked);
  }

  private runKept(): void {
    if (this.kept && !isToday(this.keptAsked) && !isSame(this.keptAnswered, this.keptAsked)) this.keptLoop.ask(this.keptAsked);
  }

  private looped(take: (run: Run, picture: Picture) => void): NewestWaits<Run, Picture> {
    return new NewestWaits<Run, Picture>(
      (run) => runFully(run),
      (run, picture) => {
        take(run, picture);
        if (this.retry) clearTimeout(this.retry);
        [this.isLost, this.trouble, this.attempts] = [false, "", 0];
      },
      (error) => this.fail(error, () => (this.refresh(), this.runKept())),
    );
  }

  /** Say what went wrong; what may pass is asked again after a while. */
  private fail(error: unknown, again: () => void): void {
    if (error instanceof Outside) {
      this.trouble = this.s.t("site.outside", { levers: this.s.list(error.levers.map((key) => labelWords(this.s, this.controls.get(key)!))) });
      return;
    }
    if (!isPassing(error)) {
      this.trouble = error instanceof Refused || error instanceof Error ? error.message : String(error);
      return;
    }
    [this.isLost, this.isOverrun] = [true, error instanceof Refused];
    if (this.retry) clearTimeout(this.retry);
    this.retry = setTimeout(again, patience(this.attempts++));
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

export const store = new Store();
