"""A plot of a row's times as SVG, drawn from the figures that were just measured."""

import datetime
import os
from xml.sax.saxutils import escape

WIDTH, LABEL, BAR, GAP = 720, 250, 16, 6


def draw(figures, path):
    """One bar a program, row by row; the date and the machine stand below."""
    lines, y = [], 10
    for row in figures["rows"]:
        timed = [one for one in row["programs"] if "wall_seconds" in one]
        if not timed:
            continue
        y += 20
        lines.append(f'<text x="10" y="{y}" class="title">{escape(row["title"])}</text>')
        y += 8
        longest = max(one["wall_seconds"] for one in timed)
        for one in timed:
            length = max(1, round((WIDTH - LABEL - 90) * one["wall_seconds"] / longest))
            ours = "ours" if one["program"].startswith("fetchctl") else "other"
            middle = y + BAR - 4
            lines += [
                f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">{escape(one["program"])}</text>',
                f'<rect x="{LABEL}" y="{y}" width="{length}" height="{BAR}" class="{ours}"/>',
                f'<text x="{LABEL + length + 6}" y="{middle}">{one["wall_seconds"]:.2f} s</text>',
            ]
            y += BAR + GAP
    machine = f'{figures["machine"]["cpus"]} cores, medians of {figures["runs"]} runs, {datetime.date.today().isoformat()}'
    y += 24
    lines.append(f'<text x="10" y="{y}" class="note">{machine}; repeat with scripts/bench --plot FILE</text>')
    style = (
        "text{font:13px sans-serif;fill:#333}.title{font-weight:bold}.note{fill:#777}.ours{fill:#2f7d4f}.other{fill:#9aa5b1}"
        "rect.back{fill:#fff}")
    body = "\n".join(lines)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 14}" viewBox="0 0 {WIDTH} {y + 14}">\n'
            f'<style>{style}</style>\n<rect class="back" width="100%" height="100%"/>\n{body}\n</svg>\n')
