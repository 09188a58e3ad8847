// The schedules of the playground: rate = f(step), as `paceline.schedules` has them. A test
// compares them with Paceline's own in a browser, for every recipe and many settings.
"use strict";

const Formulas = (() => {
  const halfCosine = (share) => Math.sin((Math.PI / 2) * share) ** 2;

  // A segment: how many steps it lasts, and its rate `step` steps after its first.
  const constant = (rate, steps) => ({ steps, at: () => rate });
  const linear = (start, end, steps) => ({
    steps,
    at: (step) => start + (step / steps) * (end - start),
  });
  const cosine = (start, end, steps) => ({
    steps,
    at: (step) => end + halfCosine(1 - step / steps) * (start - end),
  });
  const polynomial = (start, end, steps, power) => ({
    steps,
    at: (step) => end + (1 - step / steps) ** power * (start - end),
  });
  const oneMinusSqrt = (start, end, steps) => ({
    steps,
    at: (step) => end + (1 - Math.sqrt(step / steps)) * (start - end),
  });
  const rex = (start, end, steps, beta) => ({
    steps,
    at(step) {
      const left = 1 - step / steps;
      return end + (left / (beta + (1 - beta) * left)) * (start - end);
    },
  });
  const inverseSqrt = (start, timescale, steps) => ({
    steps,
    at: (step) => start / Math.sqrt(1 + step / timescale),
  });
  const inverseTime = (start, factor, every, steps) => ({
    steps,
    at: (step) => start / (1 + (factor * step) / every),
  });

  // A length of a recipe: a share of its steps, in whole updates.
  const updates = (share, steps) => Math.floor(share * steps + 1e-9);

  // n updates at peak*1/(n+1) ... peak*n/(n+1), then the peak.
  const warmup = (peak, steps) => linear(peak / (steps + 1), peak, steps);

  function warmedUp({ peak, steps, warmup: share }, then) {
    const rise = updates(share, steps);
    return [warmup(peak, rise), then(steps - rise)];
  }

  const DECAYS = { linear, cosine, one_minus_sqrt: oneMinusSqrt };

  const recipes = {
    constant: (given) => warmedUp(given, (rest) => constant(given.peak, rest)),
    linear: (given) => warmedUp(given, (rest) => linear(given.peak, given.floor, rest)),
    cosine: (given) => warmedUp(given, (rest) => cosine(given.peak, given.floor, rest)),
    polynomial: (given) =>
      warmedUp(given, (rest) => polynomial(given.peak, given.floor, rest, given.power)),
    rex: (given) => warmedUp(given, (rest) => rex(given.peak, given.floor, rest, given.beta)),
    exponential: (given) =>
      warmedUp(given, (rest) => ({
        steps: rest,
        at: (step) => Math.max(given.floor, given.peak * given.factor ** (step / rest)),
      })),
    inverse_sqrt: (given) =>
      warmedUp(given, (rest) =>
        inverseSqrt(given.peak, Math.max(updates(given.warmup, given.steps), 1), rest),
      ),
    inverse_time: (given) =>
      warmedUp(given, (rest) =>
        inverseTime(given.peak, given.factor, updates(given.every, given.steps), rest),
      ),
    wsd({ peak, steps, warmup: rise, decay, floor, shape }) {
      const up = updates(rise, steps);
      const down = updates(decay, steps);
      const stable = constant(peak, steps - up - down);
      return [warmup(peak, up), stable, DECAYS[shape](peak, floor, down)];
    },
    flat_cosine({ peak, steps, warmup: rise, stable, floor }) {
      const up = updates(rise, steps);
      const flat = updates(stable, steps);
      return [warmup(peak, up), constant(peak, flat), cosine(peak, floor, steps - up - flat)];
    },
    one_cycle({ peak, steps, warmup: rise, start_factor, end_factor, shape }) {
      const up = updates(rise, steps);
      const line = DECAYS[shape];
      return [line(peak * start_factor, peak, up), line(peak, peak * end_factor, steps - up)];
    },
    step_decay({ peak, steps, factor, at, warmup: rise }) {
      const edges = [updates(rise, steps), ...at.map((share) => updates(share, steps)), steps];
      const pieces = edges
        .slice(1)
        .map((edge, drop) => constant(peak * factor ** drop, edge - edges[drop]));
      return [warmup(peak, edges[0]), ...pieces];
    },
    restarts({ peak, steps, cycles, growth, warmup: rise, floor }) {
      const up = updates(rise, steps);
      const rest = steps - up || 1;
      const powers = Array.from({ length: cycles }, (_, power) => growth ** power);
      const first = Math.max(1, Math.ceil(rest / powers.reduce((sum, each) => sum + each)));
      const starts = [0];
      powers.reduce((start, power) => {
        starts.push(Math.ceil(start + first * power));
        return start + first * power;
      }, 0);
      const moved = starts.map((start) => Math.ceil((start * rest) / starts.at(-1)));
      const waves = moved
        .slice(1)
        .map((end, cycle) => cosine(peak, floor, end - moved[cycle]));
      return [warmup(peak, up), ...waves];
    },
  };

  // The segments that last a step or more, each with its first step.
  function segments(recipe, given) {
    let start = 0;
    return recipes[recipe](given)
      .filter(({ steps }) => steps > 0)
      .map((segment) => ({ ...segment, start: (start += segment.steps) - segment.steps }));
  }

  // The rate at each of `steps`, in any order; past the end it is what was reached there.
  function rates(recipe, given, steps) {
    const parts = segments(recipe, given);
    return steps.map((step) => {
      const part = parts.findLast(({ start }) => start <= step);
      return part.at(Math.min(step - part.start, part.steps));
    });
  }

  return { segments, rates };
})();
