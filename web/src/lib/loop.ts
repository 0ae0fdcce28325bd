/**
 * One call in flight, the newest value waits, older ones are dropped.
 *
 * A call gives several answers: a first picture, then a finer one. A newer value
 * is not started before the first picture has come, so the picture moves during a
 * drag; after it, the rest of the older call is given up.
 */

export interface Call<A> {
  /** Runs until done or given up; tells every answer. */
  (tell: (answer: A) => void, signal: AbortSignal): Promise<void>;
}

export class NewestWaits<V, A> {
  private waiting: { value: V } | null = null;
  private running: AbortController | null = null;
  private first = false;

  /**
   * @param start makes the call for a value
   * @param show takes every answer with its value
   * @param fail takes an error
   */
  constructor(
    private start: (value: V) => Call<A>,
    private show: (value: V, answer: A) => void,
    private fail: (error: unknown) => void,
  ) {}

  get busy(): boolean {
    return this.running !== null;
  }

  ask(value: V): void {
    this.waiting = { value };
    if (!this.running) void this.next();
    else if (this.first) this.running.abort();
  }

  private async next(): Promise<void> {
    while (this.waiting) {
      const { value } = this.waiting;
      this.waiting = null;
      this.first = false;
      const running = new AbortController();
      this.running = running;
      try {
        await this.start(value)((answer) => {
          if (running.signal.aborted) return;
          this.show(value, answer);
          this.first = true;
          if (this.waiting) running.abort();
        }, running.signal);
      } catch (error) {
        if (!running.signal.aborted) this.fail(error);
      }
      this.running = null;
    }
  }
}
