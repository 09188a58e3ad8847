// Chooses which schedules the charts beside it show. The boxes are in the order of the table, the best first.
const picker = document.getElementById("picker");

if (picker) {
  const chips = [...picker.querySelectorAll(".chip")];
  const boxes = chips.map((chip) => chip.querySelector("input"));
  const search = picker.querySelector("input[type=search]");
  const most = Number(picker.dataset.most);
  const beside = () => drawn.filter(({ place }) => picker.parentElement.contains(place));
  let browsing = false;

  // With a search box only what is shown, or found by it, is in sight.
  const tidy = () => {
    const wanted = search?.value.trim().toLowerCase();
    chips.forEach((chip, i) => {
      const found = wanted ? chip.title.toLowerCase().includes(wanted) : browsing;
      chip.hidden = Boolean(search) && !boxes[i].checked && !found;
    });
    const count = boxes.filter((box) => box.checked).length;
    for (const box of boxes) {
      box.disabled = box.checked ? count === 1 : count >= most;
    }
    picker.querySelector("output").value =
      `${count} of ${boxes.length}${boxes.length > count && count >= most ? ", no more at once" : ""}`;
  };

  picker.addEventListener("submit", (event) => event.preventDefault());
  picker.addEventListener("input", (event) => {
    tidy();
    if (event.target === search) return;
    const labels = boxes.filter((box) => box.checked).map((box) => box.value);
    picker.dataset.busy = "yes";
    drawing
      .then(() => Promise.all(beside().map(({ show }) => show(labels))))
      .finally(() => { delete picker.dataset.busy; });
  });
  search?.addEventListener("focus", () => { browsing = true; tidy(); });
  picker.addEventListener("focusout", () => setTimeout(() => {
    if (!search || picker.contains(document.activeElement)) return;
    browsing = false;
    search.value = "";
    tidy();
  }));
  tidy();
}
