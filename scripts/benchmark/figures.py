"""Runs become medians, and medians are held against bars."""

import statistics


class Bar:
    """How a program's time must compare with another's."""

    def __init__(self, program, times, other, at_least=False):
        self.program, self.times, self.other, self.at_least = program, times, other, at_least

    def judge(self, walls):
        mine, theirs = walls.get(self.program), walls.get(self.other)
        if mine is None or theirs is None:
            return judged(self.words, None, self.times, None)
        value = theirs / mine if self.at_least else mine / theirs
        return judged(self.words, value, self.times, value >= self.times if self.at_least else value <= self.times)

    @property
    def words(self):
        return f"{self.program}: {'times as fast as' if self.at_least else 'time over that of'} {self.other}"


def judged(what, value, bar, held):
    return {"what": what, "value": value if value is None else round(value, 3), "bar": bar, "held": held}


def tabulate(results, size):
    medians = {name: {key: statistics.median(one[key] for one in each) for key in each[0]} for name, each in results.items() if each}
    base = medians.get("aria2c", next(iter(medians.values()), {})).get("wall")
    return [
        {
            "program": name, "wall_seconds": round(median["wall"], 4), "bytes_per_second": round(size / median["wall"]),
            "cpu_seconds": round(median["cpu"], 2), "cpu_seconds_per_gb": round(median["cpu"] / size * 1e9, 3),
            "peak_bytes": median["peak"], "bytes_served": round(median["served"]), "bytes_served_ratio": round(median["served"] / size, 4),
            **({"connections": round(median["connections"])} if "connections" in median else {}),
            "wall_ratio_to_aria2c": round(median["wall"] / base, 3), "wall_seconds_of_runs": [round(one["wall"], 4) for one in results[name]],
        }
        for name, median in medians.items()
    ]
