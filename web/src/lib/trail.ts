/** The browser's history as the way back: a move is an entry, and Back undoes it. */

interface Mark {
  at: number;
}

/** Addresses change often while a lever is dragged; browsers take only so many a second. */
const WRITE_MS = 150;

export class Trail {
  private at = 0;
  private top = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /**
   * @param address writes the address of what is shown
   * @param back takes what the browser went back or forward to
   * @param changed tells whether one can go back and forward
   */
  constructor(
    private address: () => string,
    back: (query: string) => void,
    private changed: (canUndo: boolean, canRedo: boolean) => void,
  ) {
    if (typeof window === "undefined") return;
    this.at = this.top = (history.state as Mark | null)?.at ?? 0;
    window.addEventListener("popstate", (event) => {
      this.drop();
      this.at = (event.state as Mark | null)?.at ?? this.at;
      this.top = Math.max(this.top, this.at);
      back(location.search);
      this.tell();
    });
    this.tell();
  }

  /** Begin a move: what stands now stays behind, to come back to. */
  step(): void {
    this.write();
    this.at += 1;
    this.top = this.at;
    history.pushState({ at: this.at }, "", location.href);
    this.tell();
  }

  /** Write what is shown into the address of this entry. */
  write(): void {
    this.drop();
    history.replaceState({ at: this.at }, "", this.address());
  }

  /** Write soon; the last of a burst counts. */
  writeSoon(): void {
    this.timer ??= setTimeout(() => this.write(), WRITE_MS);
  }

  undo(): void {
    if (this.at > 0) history.back();
  }

  redo(): void {
    if (this.at < this.top) history.forward();
  }

  private drop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private tell(): void {
    this.changed(this.at > 0, this.at < this.top);
  }
}
