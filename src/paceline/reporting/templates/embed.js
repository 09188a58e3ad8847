// Draws every chart; `ast` makes Vega interpret its expressions, so that no code is made from text.
const fits = [], views = [];

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
        const drawn = place.querySelector("svg.marks").getBoundingClientRect().width;
        view.width(view.width() + place.clientWidth - drawn);
      }
      // A legend that needs more rows at this width makes the chart taller only when told so.
      await view.resize().runAsync();
      await view.resize().runAsync();
    };
    addEventListener("resize", fit);
    views.push(view);
    fits.push(fit);
    await fit();
    place.dataset.drawn = "yes";
  } catch (error) {
    place.textContent = "This chart could not be drawn: " + error.message;
  }
}

for (const data of document.querySelectorAll("script[data-chart]")) draw(data);
