// Draws every chart; `ast` makes Vega interpret its expressions, so that no code is made from text.
for (const data of document.querySelectorAll("script[data-chart]")) {
  const place = document.getElementById(data.dataset.chart);
  const name = data.dataset.chart.replace("chart-", "");
  vegaEmbed(place, JSON.parse(data.textContent), {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    actions: { export: true, source: false, compiled: false, editor: false },
    downloadFileName: name,
  }).then(
    ({ view }) => {
      // A legend that needs more rows at this width makes the chart taller only when told so.
      const fit = () => view.resize().runAsync();
      addEventListener("resize", () => fit().then(fit));
      return fit().then(() => { place.dataset.drawn = "yes"; });
    },
  ).catch(
    (error) => { place.textContent = "This chart could not be drawn: " + error.message; },
  );
}
