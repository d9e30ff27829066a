import DropIns
import Events
import FetchTypes
import JSONText
import Storage

/// Progress as wget tells it to a pipe: rows of dots, or a bar, with `NN%`. There is one for each new percent, not for each
/// 50 KiB: a hundred rows say as much as a million.
struct PercentLines: Sendable {
    let style: PercentStyle

    /// What has been told of one file.
    private struct Told {
        var percent: Int64?
        var time: ContinuousClock.Instant
    }

    private var told: [String: Told] = [:]

    /// Between two rows of a file whose size is not known.
    private static let every = Duration.seconds(10)

    init(style: PercentStyle) { self.style = style }

    /// - Returns: what to write; nil where nothing new is to be told.
    mutating func text(_ event: Event, now: ContinuousClock.Instant = .now) -> PrintableText? {
        switch event {
        case .started(let tag, _, _, _, _):
            told[tag.id] = told[tag.id] ?? Told(time: now)
            return nil
        case .progress(let tag, let it):
            let percent = it.size.flatMap { $0 > 0 ? min(100, it.received * 100 / $0) : nil }
            guard var last = told[tag.id], percent.map({ $0 > last.percent ?? -1 }) ?? (now - last.time >= Self.every) else { return nil }
            // The last one comes with the time that it took.
            if percent == 100 { return nil }
            last = Told(percent: percent, time: now)
            told[tag.id] = last
            return row(Path.name(tag.path), it.received, percent, rate: it.rate, ending: it.eta.map { " " + Self.duration($0) } ?? "")
        case .finished(let tag, let it):
            guard told.removeValue(forKey: tag.id) != nil else { return nil }
            let seconds = JSONTree.number((it.seconds * 1000).rounded() / 1000).line
            let ending = style == .bar ? "    in \(seconds)s   " : "=\(seconds)s"
            return row(Path.name(tag.path), it.size, 100, rate: it.averageRate, ending: ending, isLast: true)
        case .failed(let tag, _, _):
            guard let last = told.removeValue(forKey: tag.id), style == .bar, last.percent != nil else { return nil }
            return "\n"
        default: return nil
        }
    }

    private func row(
        _ name: String, _ received: Int64, _ percent: Int64?, rate: Double, ending: String, isLast: Bool = false
    ) -> PrintableText {
        let figure = percent.map { Self.padded("\($0)%", 4) } ?? "    "
        switch style {
        case .dots(let dots):
            let length = dots.perDot * Int64(dots.perRow)
            // A row that is full is not the beginning of the next one.
            let start = received > 0 ? (received - 1) / length * length : 0
            let count = Int((received - start) / dots.perDot)
            var text = Self.padded("\(start / 1024)K", 7)
            for index in 0..<dots.perRow {
                if index % dots.perCluster == 0 { text += " " }
                text += index < count ? "." : " "
            }
            text += figure + " " + Self.padded(Self.short(rate), 5) + ending
            return "\(text)\n"
        case .bar:
            let width = 19
            let full = Int(percent ?? 0) * width / 100
            let bar = String(repeating: "=", count: max(0, full - 1)) + (full > 0 ? ">" : "")
            let shown = Text.fit(name, to: 20)
            let line =
                shown + figure + "[" + bar + String(repeating: " ", count: width - full) + "] "
                + Self.padded(Self.short(Double(received)), 7) + "  " + Self.padded(Self.short(rate) + "B/s", 8) + ending
            return isLast ? "\r\(line)\n" : "\r\(line)"
        }
    }

    // MARK: figures as wget writes them

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Three digits and a unit of 1024: `1.23M`, `45.6K`, `512`.
    static func short(_ bytes: Double) -> String {
        var value = max(0, bytes)
        var units = ["", "K", "M", "G", "T"][...]
        while value >= 1024, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        let unit = units.first ?? ""
        guard unit != "" else { return String(Int(min(value, 1e6))) }
        let factor = value >= 99.95 ? 1.0 : value >= 9.995 ? 10 : 100
        return JSONTree.number((min(value, 1e6) * factor).rounded() / factor).line + unit
    }

    /// `42s`, `3m12s`, `2h5m`, `1d3h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 8_640_000 else { return "" }
        let whole = Int(seconds.rounded())
        if whole < 100 { return "\(whole)s" }
        if whole < 6000 { return "\(whole / 60)m\(whole % 60)s" }
        if whole < 172_800 { return "\(whole / 3600)h\(whole / 60 % 60)m" }
        return "\(whole / 86400)d\(whole / 3600 % 24)h"
    }
}
