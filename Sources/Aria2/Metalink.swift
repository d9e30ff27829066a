package import FetchTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A Metalink document (RFC 5854) of one file at one URL, as `aria2.addMetalink` takes it.
///
/// It tells aria2c the size before the first request, so that every request asks for a range. After `aria2.addUri` the first
/// one asks for the whole file, and what arrives before aria2c closes that connection is thrown away.
///
/// It names no second URL: aria2c would mix their bytes, and a mirror is looked at by itself.
package struct Metalink: Sendable {
    /// The document.
    let text: String

    /// - Parameters:
    ///   - fileName: a plain name, as ``Aria2JobOptions`` accepts it.
    ///   - size: bytes of the file.
    /// - Returns: nil where the size is 0, which aria2c takes for unknown, or the name holds `&`, which libxml2 hands to aria2c
    ///   as `&#38;` in an attribute.
    package init?(fileName: String, size: Int64, url: WebURL) {
        guard size > 0, !fileName.utf8.contains(UInt8(ascii: "&")) else { return nil }
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <metalink xmlns="urn:ietf:params:xml:ns:metalink">\
            <file name="\(Self.escaped(fileName))"><size>\(size)</size><url>\(Self.escaped(url.string))</url></file></metalink>
            """
    }

    /// As the JSON-RPC interface of aria2 takes it.
    var base64: String { Data(text.utf8).base64EncodedString() }

    /// For character data and for attribute values in double quotes (XML 1.0, 2.4).
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
