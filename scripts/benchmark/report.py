"""The table, as a person reads it."""

HEADING = (
    "\nMedian of the runs, on loopback. Ratio: wall time over aria2c's (over the first program's where that does not run); peak: the\n"
    "largest process; served: bytes that left the server, over the file's.\n\n"
    f"{'':<40} {'wall s':>8} {'MB/s':>7} {'CPU s':>7} {'CPU/GB':>7} {'peak MB':>8} {'served':>7} {'ratio':>6}"
)


def show(result):
    print(f"\n{result['row']}: {result['title']}")
    for one in result["programs"]:
        if "bytes_per_second" in one:
            print(
                f"  {one['program']:<38} {one['wall_seconds']:8.3f} {one['bytes_per_second'] / 1e6:7.0f} {one['cpu_seconds']:7.2f} "
                f"{one['cpu_seconds_per_gb']:7.2f} {one['peak_bytes'] / 1e6:8.1f} {one['bytes_served_ratio']:7.3f} "
                f"{one['wall_ratio_to_aria2c']:6.2f}" + (f", {one['connections']} connections" if "connections" in one else ""))
        elif "wall_seconds" in one:
            print(f"  {one['program']:<38} {one['wall_seconds']:8.3f}")
        else:
            print(
                f"  {one['program']:<38} {one['bytes_served_at_kill'] / 1e6:6.1f} MB served at the kill, "
                f"{one['bytes_fetched_again'] / 1e6:6.2f} MB fetched again")
    for note in result["notes"]:
        print(f"  {note}")
    for bar in result["bars"]:
        print(f"  {words(bar)}", flush=True)


def words(bar):
    value = "not measured" if bar["value"] is None else f"{bar['value']:g}"
    verdict = {True: "held", False: "MISSED", None: "-"}[bar["held"]]
    return f"{verdict:<6} {bar['what']}: {value} (bar {bar['bar']:g})"


def summarise(results):
    """The bars that were missed, once more; returns how many."""
    bars = [(result["row"], bar) for result in results for bar in result["bars"]]
    missed = [(row, bar) for row, bar in bars if bar["held"] is False]
    print(f"\n{sum(bar['held'] is True for _, bar in bars)} bars held, {len(missed)} missed.")
    for row, bar in missed:
        print(f"  {row}: {words(bar)}")
    return len(missed)
