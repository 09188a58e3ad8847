"""What the page of forecasts shows."""

from typing import Any

from markupsafe import Markup

from paceline.charts import colors, sparkline_svg
from paceline.comparison import plural, text
from paceline.forecast import Forecasts

_FORMULAS = {
    "power_noise": "L(t) = L0 + A·S(t)^−α + B·Σ η_k²·(η_k/P)^(ρ−2)·β·C·(1 + C·S_k(t))^−(β+1)",
    "multi_power": "L(t) = L0 + A·S(t)^−α − B·Σ (η_(k−1) − η_k)·(1 − (1 + C·η_k^−γ·S_k(t))^−β)",
    "momentum": "L(t) = L0 + A·S(t)^−α − B·Σ_(i≤t) Σ_(k≤i) (η_(k−1) − η_k)·λ^(i−k)",
}
_SYMBOLS = {"alpha": "α", "beta": "β", "gamma": "γ", "rho": "ρ", "lambda": "λ"}
_MEANINGS = {
    "L0": "what no training of this kind goes below",
    "A": "how much training takes off",
    "alpha": "how fast it does",
    "B": "what the rate itself adds to the loss, or its decay takes off",
    "C": "how soon that is forgotten, per rate",
    "beta": "how fast it is forgotten",
    "gamma": "how that depends on the rate",
    "rho": "how the noise grows with the rate",
    "lambda": "what is remembered from one update to the next",
}


def forecast_page(result: Forecasts, name: str | None) -> dict[str, Any]:
    """Return what the template forecast.html.j2 shows of `result`."""
    law, rows = result.law, result.rows
    first, *rest = result.sentences
    title = f"Loss forecast{f' of {name}' if name else ''}"
    palette = colors(list(result.forecasts))
    return {
        "title": title,
        "over": f"{title}, from {plural(len(law.curves), 'logged curve')}",
        "verdict": first,
        "details": " ".join(rest),
        "facts": {
            "lowest loss": rows[0].final,
            rows[0].level: rows[0].interval,
            "updates": rows[0].updates,
            "law": law.law,
        },
        "warnings": result.warnings,
        "rows": rows,
        "expressions": {each: repr(told.schedule) for each, told in result.forecasts.items()},
        "sparklines": {
            each: Markup(sparkline_svg(told.rates, color=palette[each]))
            for each, told in result.forecasts.items()
        },
        "codes": {each: code for each in result.ranked if (code := result.code(each))},
        "law": law.law,
        "formula": _FORMULAS.get(law.law, ""),
        "peak": f"{law.peak:.4g}",
        "parameters": [
            (_SYMBOLS.get(each, each), text(value), _MEANINGS.get(each, ""))
            for each, value in law.parameters.items()
        ],
        "curves": _curves(result),
        "charts": result.charts(),
    }


def _curves(result: Forecasts) -> list[dict[str, str]]:
    law = result.law
    return [
        {
            "name": each.name,
            "losses": f"{len(each.losses):,}",
            "updates": f"{len(each.rates):,}",
            "last": text(each.losses[-1]),
            "miss": f"{law.misses[each.name]:.2%}".replace("%", " %"),
            "left_out": f"{law.left_out[each.name]:.2%}".replace("%", " %"),
        }
        for each in law.curves
    ]
