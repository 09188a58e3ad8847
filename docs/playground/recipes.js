// The recipes of the playground: the settings that each has, and its line of Python.
"use strict";

const Recipes = (() => {
  const mantissas = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
  const decades = (low, high) =>
    Array.from({ length: high - low }, (_, decade) => low + decade)
      .flatMap((decade) => mantissas.map((each) => Number(`${each}e${decade}`)))
      .concat(Number(`1e${high}`));
  const hundredths = (low, high) =>
    Array.from({ length: Math.round((high - low) * 100) + 1 }, (_, place) =>
      Number((low + place / 100).toFixed(2)),
    );
  const percent = (value) => `${Number((value * 100).toPrecision(3))} %`;
  const figure = (value, digits = 3) => python(Number(value.toPrecision(digits)));
  const whole = (value) => value.toLocaleString("en-US");

  // A control: what it is called, its values in the order of the slider, how one is shown, the
  // value at first, and Paceline's default, which the line of Python leaves out.
  const control = (title, values, show, first, byDefault) => ({
    title, values, show, first, byDefault,
  });
  const peak = control("Peak", decades(-6, 1), figure, 0.01);
  const steps = control("Steps", decades(2, 6), whole, 10_000);
  const warmup = (most, first, byDefault = 0) =>
    control("Warm-up", hundredths(0, most), percent, first, byDefault);
  const floors = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
  const floor = control("Floor, of the peak", floors, percent, 0, 0);
  const starts = [0.001, 0.01, 0.02, 0.04, 0.1, 0.2, 0.5];
  const ends = [0, 4e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1];
  const choice = (title, values, first) =>
    control(title, values, (value) => value.replaceAll("_", " "), first, first);
  const factor = (title, first, byDefault) =>
    control(title, hundredths(0.01, 1), (value) => `× ${value}`, first, byDefault);

  const recipes = {
    wsd: {
      about: "Warm-up, a stable stretch, and a decay at the end: the run can be prolonged.",
      controls: {
        warmup: warmup(0.3, 0.05, 0.05),
        decay: control("Decay", hundredths(0, 0.7), percent, 0.2, 0.2),
        floor,
        shape: choice("Shape of the decay", ["linear", "cosine", "one_minus_sqrt"], "linear"),
      },
    },
    cosine: {
      about: "Half a cosine, after a warm-up.",
      controls: { warmup: warmup(0.5, 0.05), floor },
    },
    linear: {
      about: "A straight line, after a warm-up.",
      controls: { warmup: warmup(0.5, 0.05), floor },
    },
    one_cycle: {
      about: "A rise to the peak and a fall far below the start.",
      controls: {
        warmup: warmup(0.9, 0.3, 0.3),
        start_factor: control("Start, of the peak", starts, percent, 0.04, 0.04),
        end_factor: control("End, of the peak", ends, percent, 4e-6, 4e-6),
        shape: choice("Shape", ["cosine", "linear"], "cosine"),
      },
    },
    step_decay: {
      about: "Sudden drops, here two: the second halfway between the first and the end.",
      controls: {
        factor: factor("Each drop", 0.1, 0.1),
        at: control("First drop", hundredths(0.25, 0.7), percent, 0.5),
        warmup: warmup(0.2, 0),
      },
    },
    exponential: {
      about: "The same factor at every step; the slider says what is left at the end.",
      controls: { factor: factor("At the end", 0.1, 0.1), warmup: warmup(0.5, 0), floor },
    },
    inverse_sqrt: {
      about: "One over the root of the time, which needs no end.",
      controls: { warmup: warmup(0.5, 0.05, 0.05) },
    },
    inverse_time: {
      about: "One over the time.",
      controls: {
        factor: control("Factor", mantissas, String, 1, 1),
        every: control("Every", hundredths(0.01, 0.5), percent, 0.1, 0.1),
        warmup: warmup(0.5, 0),
      },
    },
    constant: { about: "A fixed rate, after a warm-up.", controls: { warmup: warmup(0.5, 0.05) } },
    polynomial: {
      about: "A power of what remains: 1 is a straight line, 2 falls fast first.",
      controls: {
        power: control("Power", [0.5, 0.7, 0.9, 1, 1.5, 2, 3, 4, 5], String, 2, 2),
        warmup: warmup(0.5, 0.05),
        floor,
      },
    },
    restarts: {
      about: "Cosines again and again; the last one ends where the training ends.",
      controls: {
        cycles: control("Cycles", [1, 2, 3, 4, 5, 6], String, 3, 3),
        growth: control("Each longer by", [1, 1.5, 2, 3], (value) => `× ${value}`, 2, 2),
        warmup: warmup(0.5, 0),
        floor,
      },
    },
    flat_cosine: {
      about: "The peak for a while, and then half a cosine.",
      controls: {
        stable: control("Stable", hundredths(0, 0.7), percent, 0.7, 0.75),
        warmup: warmup(0.3, 0),
        floor,
      },
    },
    rex: {
      about: "The reflected exponential: above the straight line, with a steep end.",
      controls: {
        beta: control("Beta", hundredths(0.05, 1), String, 0.5, 0.5),
        warmup: warmup(0.5, 0.05),
        floor,
      },
    },
  };
  for (const recipe of Object.values(recipes)) {
    recipe.controls = { peak, steps, ...recipe.controls };
  }

  // What the recipe is called with: `values` are those of the sliders.
  function settings(values) {
    const given = { ...values };
    if ("floor" in given) given.floor = Number((given.peak * given.floor).toPrecision(3));
    if ("at" in given) given.at = [given.at, Number(((1 + given.at) / 2).toFixed(3))];
    return given;
  }

  function python(value) {
    if (Array.isArray(value)) return `(${value.map(python).join(", ")})`;
    if (typeof value === "string") return `"${value}"`;
    if (value !== 0 && value < 1e-4) return value.toExponential();
    return value < 1e4 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, "_");
  }

  // The call, without what is Paceline's default.
  function line(recipe, values) {
    const given = Object.entries(settings(values))
      .filter(([name, value]) => recipes[recipe].controls[name].byDefault !== value)
      .map(([name, value]) => `${name}=${python(value)}`);
    return `paceline.${recipe}(${given.join(", ")})`;
  }

  return { recipes, settings, line, figure, whole };
})();
