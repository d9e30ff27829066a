package import FetchTypes

/// Untrusted names (from an API, a header, a URL), made safe for the target folder.
package enum SafeName {
    /// The longest name, in UTF-8 bytes, that leaves room for the endings of a partial and its companions.
    package static let longest = 255

    /// One name: separators and control characters become `_`, what cannot be seen goes, dots and spaces at the ends go, what is
    /// too long is cut before its extension, a device's name gets a `_` in front. Letters of any script are kept.
    /// - Returns: nil when nothing usable is left.
    package static func file(_ name: String) -> String? {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where !isInvisible(scalar) {
            scalars.append(isHarmless(scalar) && scalar != "/" && scalar != "\\" ? scalar : "_")
        }
        var clean = Substring(String(scalars))
        while let last = clean.last, last == " " || last == "." { clean.removeLast() }
        while clean.first == " " { clean.removeFirst() }
        guard !clean.isEmpty, clean.contains(where: { $0 != "_" && $0 != "." }) else { return nil }
        let short = shorten(isDevice(clean) ? "_" + clean : String(clean))
        // Behind the name, because it is the ending that is reserved.
        return isReserved(short[...]) ? shorten(short + "_") : short
    }

    /// A path in a repo, kept as it is or refused whole: changing it would change what the repo means.
    /// - Throws: ``Failure`` with exit code 73 for `..`, absolute paths, backslashes, control characters,
    ///   parts over 255 bytes, parts whose first mark joins the slash before it, and names that fetchctl keeps for itself.
    package static func path(_ path: String) throws(Failure) -> [String] {
        // By scalar, as the system does: with a combining mark after it a slash is another character.
        let parts = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for part in parts {
            let why: String? =
                if part.isEmpty { "it is absolute or has an empty part." } else if part == "." || part == ".." {
                    "it leads out of the folder."
                } else if part.unicodeScalars.contains(where: { !isHarmless($0) || $0 == "\\" }) {
                    "it has a control character or a backslash."
                } else if ("/" + part).first != "/" {
                    "a part begins with a mark that hides the slash before it."
                } else if part.utf8.count > 255 { "a part is longer than 255 bytes." } else if isReserved(Substring(part)) {
                    "fetchctl keeps names like \(part) for itself."
                } else { nil }
            if let why { throw unusable(path, why) }
        }
        // A second guard, which knows nothing of the rules above.
        guard Path.staysInside(path) else { throw unusable(path, "it leads out of the folder.") }
        return parts
    }

    private static func unusable(_ path: String, _ why: String) -> Failure {
        Failure(
            .permission, "the source offers a file under a path that cannot be used: \(path)", why: why,
            hint: "leave it out with --exclude, or tell its publisher.")
    }

    /// What a partial and its companions are called; a hash where the name itself would grow too long.
    package static func isReserved(_ name: Substring) -> Bool {
        name == ".fetchctl" || name.hasSuffix(".fetchctl-part") || name.hasSuffix(".fetchctl-part.json")
            || name.hasSuffix(".fetchctl-part.aria2")
    }

    /// Windows knows devices by these names, whatever their extension, on its file systems and shares too.
    private static func isDevice(_ name: Substring) -> Bool {
        let stem = name.prefix { $0 != "." }.lowercased()
        if ["con", "prn", "aux", "nul"].contains(stem) { return true }
        return stem.utf8.count == 4 && ["com", "lpt"].contains(stem.prefix(3)) && ("1"..."9").contains(stem.suffix(1))
    }

    /// Two names that differ in such characters alone look the same: zero-width ones, tags, fillers (Unicode's
    /// Default_Ignorable_Code_Point). Variation selectors change how the character before them looks; direction overrides leave
    /// a mark.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isVariationSelector && isHarmless(scalar)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        // Direction overrides make a name read as another.
        scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && !(0x202a...0x202e).contains(scalar.value)
            && !(0x2066...0x2069).contains(scalar.value)
    }

    private static func shorten(_ name: String) -> String {
        guard name.utf8.count > longest else { return name }
        let ending = name.lastIndex(of: ".").map { name[$0...] } ?? ""
        let kept = ending.utf8.count <= 32 ? ending : ""
        var stem = name.dropLast(kept.count)
        while stem.utf8.count + kept.utf8.count > longest { stem.removeLast() }
        return String(stem + kept)
    }
}
