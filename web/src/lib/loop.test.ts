import { expect, it } from "vitest";
import { NewestWaits } from "./loop";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A call of two answers, like a run: a first picture, then the full one. */
function calls(log: string[], first = 10, full = 60) {
  return (value: number) => async (tell: (answer: string) => void, signal: AbortSignal) => {
    log.push(`start ${value}`);
    await pause(first);
    tell(`first ${value}`);
    await Promise.race([pause(full), new Promise((done) => signal.addEventListener("abort", done))]);
    if (signal.aborted) throw new Error("given up");
    tell(`full ${value}`);
  };
}

it("runs the first and the newest of a burst, and none between", async () => {
  const log: string[] = [];
  const shown: string[] = [];
  const loop = new NewestWaits(calls(log), (_, answer: string) => shown.push(answer), () => shown.push("failed"));
  for (let value = 1; value <= 50; value++) loop.ask(value);
  await pause(400);
  expect(log).toEqual(["start 1", "start 50"]);
  expect(shown).toEqual(["first 1", "first 50", "full 50"]);
  expect(loop.busy).toBe(false);
});

it("shows a picture for every value that waits its turn during a drag", async () => {
  const log: string[] = [];
  const shown: string[] = [];
  const loop = new NewestWaits(calls(log, 5, 200), (_, answer: string) => shown.push(answer), () => shown.push("failed"));
  for (let value = 1; value <= 8; value++) {
    loop.ask(value);
    await pause(20);
  }
  expect(shown.filter((text) => text.startsWith("first")).length).toBeGreaterThanOrEqual(6);
  expect(shown.filter((text) => text.startsWith("full"))).toEqual([]);
  loop.ask(9);
  await pause(600);
  expect(shown.at(-1)).toBe("full 9");
});

it("tells a failure and goes on with what waits", async () => {
  const shown: string[] = [];
  const start = (value: number) => async (tell: (answer: string) => void) => {
    await pause(5);
    if (value === 1) throw new Error("no");
    tell(`first ${value}`);
  };
  const loop = new NewestWaits(start, (_, answer: string) => shown.push(answer), (error) => shown.push(String(error)));
  loop.ask(1);
  loop.ask(2);
  await pause(30);
  expect(shown).toEqual(["Error: no", "first 2"]);
});
