// The page of the playground: its controls and its picture.
"use strict";

(() => {
  const { recipes, settings, line, figure, whole } = Recipes;
  const by = (id) => document.getElementById(id);
  const made = (name, attributes, text = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const kept = {}; // what each setting was last, for the next recipe that has it too
  let values = {};
  let picture = {};

  function offer() {
    const { about, controls } = recipes[by("recipe").value];
    by("about").textContent = about;
    values = {};
    by("controls").replaceChildren(
      ...Object.entries(controls).map(([name, control]) => {
        const known = control.values.includes(kept[name]);
        values[name] = known && control.byDefault !== control.first ? kept[name] : control.first;
        return typeof control.first === "string" ? chooser(name, control) : slider(name, control);
      }),
    );
    draw();
  }

  function framed(name, control, input) {
    const box = document.createElement("div");
    box.className = "control";
    box.innerHTML = `<label for="set-${name}">${control.title}</label>`;
    input.id = `set-${name}`;
    box.append(input);
    return box;
  }

  function slider(name, control) {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: control.values.length - 1, step: 1 });
    input.value = control.values.indexOf(values[name]);
    const box = framed(name, control, input);
    const output = document.createElement("output");
    input.before(output);
    const show = () => {
      output.textContent = control.show(values[name]);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => {
      kept[name] = values[name] = control.values[input.value];
      show();
      draw();
    });
    show();
    return box;
  }

  function chooser(name, control) {
    const select = document.createElement("select");
    select.append(...control.values.map((value) => new Option(control.show(value), value)));
    select.value = values[name];
    select.addEventListener("input", () => {
      values[name] = select.value;
      draw();
    });
    return framed(name, control, select);
  }

  function draw() {
    const recipe = by("recipe").value;
    const given = settings(values);
    by("line").querySelector("code").textContent = `schedule = ${line(recipe, values)}`;
    const box = by("chart").getBoundingClientRect();
    const [left, right, top, bottom] = [58, box.width - 12, 12, box.height - 40];
    const across = (step) => left + (step / given.steps) * (right - left);

    const starts = Formulas.segments(recipe, given).flatMap(({ start }) => [start - 1, start]);
    const even = Array.from({ length: 601 }, (_, part) => Math.round((part / 600) * given.steps));
    const steps = [...new Set([...starts, ...even])]
      .filter((step) => step >= 0)
      .sort((one, other) => one - other);
    const rates = Formulas.rates(recipe, given, steps);

    const most = Math.max(...rates);
    const least = Math.max(Math.min(...rates.filter((rate) => rate > 0)), most * 1e-6);
    const [low, high, marks] = by("log").checked ? decades(least, most) : round(most);
    const share = by("log").checked
      ? (rate) => (Math.log(Math.max(rate, low)) - Math.log(low)) / (Math.log(high) - Math.log(low))
      : (rate) => rate / high;
    const down = (rate) => bottom - share(rate) * (bottom - top);
    picture = { recipe, given, across, down, left, right, top, bottom };

    const level = (kind, y) => made("line", { class: kind, x1: left, x2: right, y1: y, y2: y });
    const upright = (kind, x, y1, y2) => made("line", { class: kind, x1: x, x2: x, y1, y2 });
    const rows = marks.flatMap((rate) => [
      level("grid", down(rate)),
      made("text", { x: left - 8, y: down(rate) + 4, "text-anchor": "end" }, figure(rate)),
    ]);
    const wide = right - left > 420 ? 5 : 3;
    const anchor = (step) => (right - across(step) < 24 ? "end" : "middle");
    const columns = round(given.steps, wide)[2]
      .filter((step) => step <= given.steps)
      .flatMap((step) => [
        upright("axis", across(step), bottom, bottom + 5),
        made("text", { x: across(step), y: bottom + 19, "text-anchor": anchor(step) }, whole(step)),
      ]);
    const points = steps.map((step, place) => [across(step), down(rates[place])].join());
    by("chart").replaceChildren(
      ...rows,
      ...columns,
      level("axis", bottom),
      made("text", { x: (left + right) / 2, y: bottom + 37, "text-anchor": "middle" }, "step"),
      made("polyline", { class: "curve", points: points.join(" ") }),
      upright("rule", left, top, bottom),
      made("circle", { class: "dot", r: 5 }),
    );
    by("step").max = given.steps;
    read();
  }

  // Zero, a round number at or above `most`, and round marks between them.
  function round(most, count = 5) {
    const rough = most / count;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const each = [1, 2, 5, 10].find((times) => times * unit >= rough * 0.999) * unit;
    const length = Math.ceil(most / each - 1e-9) + 1;
    const marks = Array.from({ length }, (_, mark) => mark * each);
    return [0, marks.at(-1), marks];
  }

  function decades(least, most) {
    const first = Math.floor(Math.log10(least) + 1e-9);
    const last = Math.max(Math.ceil(Math.log10(most) - 1e-9), first + 1);
    const length = last - first + 1;
    const marks = Array.from({ length }, (_, power) => Number(`1e${first + power}`));
    return [marks[0], marks.at(-1), marks];
  }

  function read() {
    const { recipe, given, across, down } = picture;
    const step = Number(by("step").value);
    const [rate] = Formulas.rates(recipe, given, [step]);
    const rule = by("chart").querySelector(".rule");
    const dot = by("chart").querySelector(".dot");
    rule.setAttribute("x1", across(step));
    rule.setAttribute("x2", across(step));
    dot.setAttribute("cx", across(step));
    dot.setAttribute("cy", down(rate));
    by("reading").textContent = `${whole(step)}: rate ${figure(rate, 4)}`;
    by("step").setAttribute("aria-valuetext", by("reading").textContent);
  }

  function point(event) {
    const { given, left, right } = picture;
    const x = event.clientX - by("chart").getBoundingClientRect().left;
    const place = (x - left) / (right - left);
    by("step").value = Math.round(Math.min(Math.max(place, 0), 1) * given.steps);
    read();
  }

  by("recipe").append(...Object.keys(recipes).map((name) => new Option(name, name)));
  by("recipe").addEventListener("input", offer);
  by("step").addEventListener("input", read);
  by("log").addEventListener("input", draw);
  by("chart").addEventListener("pointermove", point);
  by("chart").addEventListener("pointerdown", point);
  new ResizeObserver(draw).observe(by("chart"));
  offer();
  by("step").value = picture.given.steps / 2;
  read();
})();
