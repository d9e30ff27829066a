import FetchTypes

/// Links of CivitAI: model and version pages, download links, API links.
enum CivitaiURLForms {
    /// - Returns: nil when the path is none of a model's.
    /// - Throws: ``Failure`` when it is, but a number in it is none.
    static func parse(_ place: ServicePlace, _ typed: TypedText) throws(Failure) -> CivitaiReference? {
        guard let (target, keepsFilters) = try target(place, typed) else { return nil }
        var reference = CivitaiReference(target, host: place.isStandIn ? nil : host(place.url.host))
        reference.token =
            place.url.queryItems.lazy.filter { $0.name.lowercased() == "token" }.compactMap { Secret(trimming: $0.value) }.first
        reference.fileID = try number(["fileId", "modelFileId"], place, typed)
        if keepsFilters {
            for name in ["type", "format", "size", "fp", "quantType"] {
                guard let value = place.value(name), !value.isEmpty else { continue }
                // Forms and URLSearchParams write a space as "+".
                reference.filters[name] = String(value.map { $0 == "+" ? " " : $0 })
            }
        }
        return reference
    }

    static func refusal(_ typed: TypedText) -> Failure {
        typed.refused(
            "the link leads to CivitAI, but to no model, version or file.",
            hint: "paste the model page's link, such as https://civitai.com/models/101055?modelVersionId=128078.")
    }

    /// What the path names, and whether the query chooses a file of it.
    private static func target(_ place: ServicePlace, _ typed: TypedText) throws(Failure) -> (CivitaiReference.Target, Bool)? {
        let parts = place.parts
        let names = parts.map { $0.lowercased() }
        switch names.count {
        case 2... where names[0] == "models":
            let model = try id(parts[1], "a model's id", typed)
            guard let version = try number(["modelVersionId", "version"], place, typed) else { return (.model(model), false) }
            return (.modelVersion(model: model, version: version), false)
        case 2... where names[0] == "model-versions":
            return (.version(try id(parts[1], "a version's id", typed)), false)
        // This number is a version's in spite of the word before it.
        case 4... where names.starts(with: ["api", "download", "models"]):
            return (.version(try id(parts[3], "a version's id", typed)), true)
        case 5... where names.starts(with: ["api", "v1", "model-versions", "by-hash"]):
            guard let digest = PublishedDigest(.sha256, hex: String(parts[4])) else {
                throw typed.refused(CivitaiForms.hashProblem(parts[4]), hint: "paste the model page's link instead.")
            }
            return (.hash(digest.hex), false)
        case 5... where names.starts(with: ["api", "v1", "model-versions", "mini"]):
            return (.version(try id(parts[4], "a version's id", typed)), false)
        case 4... where names.starts(with: ["api", "v1", "model-versions"]):
            return (.version(try id(parts[3], "a version's id", typed)), false)
        case 4... where names.starts(with: ["api", "v1", "models"]):
            return (.model(try id(parts[3], "a model's id", typed)), false)
        default:
            return nil
        }
    }

    private static func id(_ part: Substring, _ wanted: String, _ typed: TypedText) throws(Failure) -> Int {
        if let id = part.serviceID { return id }
        let numbers = part.split(separator: "@")
        if numbers.count == 2, numbers.allSatisfy({ $0.serviceID != nil }) {
            throw typed.refused("a link has no \"@\" between its numbers.", hint: "did you mean civitai:\(part.unquoted)?")
        }
        throw typed.refused(
            "a CivitAI link was understood, but \(part.quoted) is not \(wanted).",
            hint: "paste the model page's link, such as https://civitai.com/models/101055?modelVersionId=128078.")
    }

    /// The id in the first of these query parameters that is there.
    private static func number(_ names: [String], _ place: ServicePlace, _ typed: TypedText) throws(Failure) -> Int? {
        guard let name = names.first(where: { place.value($0) != nil }), let value = place.value(name) else { return nil }
        guard let id = value.serviceID else {
            throw typed.refused(
                "a CivitAI link was understood, but its \(name)= is no id (a whole number from 1 up).",
                hint: "copy the link again, or leave that parameter out.")
        }
        return id
    }

    /// `www.` and `api.` lead to the same site.
    private static func host(_ host: String) -> String {
        for prefix in ["www.", "api."] where host.hasPrefix(prefix) { return String(host.dropFirst(prefix.count)) }
        return host
    }
}
