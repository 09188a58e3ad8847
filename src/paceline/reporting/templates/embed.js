// Draws every chart; `ast` makes Vega interpret its expressions, so that no code is made from text.
const drawn = [];
const RIGHT = 16; // pixels for half of the last number of an axis

async function draw(data) {
  const place = document.getElementById(data.dataset.chart);
  const spec = JSON.parse(data.textContent);
  try {
    const { view } = await vegaEmbed(place, spec, {
      mode: "vega-lite",
      renderer: "svg",
      ast: true,
      actions: { export: true, source: false, compiled: false, editor: false },
      downloadFileName: data.dataset.chart.replace("chart-", ""),
    });
    const fit = async () => {
      if (spec.vconcat) { // only a single chart is as wide as its place by itself
        const plot = place.querySelector("svg.marks .mark-group.role-scope .background");
        const inner = plot.getBoundingClientRect();
        const left = inner.left - place.getBoundingClientRect().left;
        const right = place.querySelector("svg.marks").getBoundingClientRect().right - inner.right;
        view.width(Math.max(100, place.clientWidth - left - Math.max(right, RIGHT)));
      }
      // A legend that needs more rows at this width makes the chart taller only when told so.
      await view.resize().runAsync();
      await view.resize().runAsync();
    };
    const show = (labels) => {
      view.signal("shown", labels);
      if (spec.usermeta) view.height(spec.usermeta.row * labels.length);
      return fit();
    };
    addEventListener("resize", fit);
    await fit();
    drawn.push({ place, show });
    place.dataset.drawn = "yes";
  } catch (error) {
    place.textContent = "This chart could not be drawn: " + error.message;
  }
}

const drawing = Promise.all([...document.querySelectorAll("script[data-chart]")].map(draw));
