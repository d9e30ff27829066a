import FetchTypes

@testable import ModelSources

extension Decoder {
    /// What is in the head of an answer.
    static let headers: [Decoder] = [
        Decoder(
            "headers",
            [
                "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-99/12345\r\nContent-Length: 100\r\nETag: \"x\"\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
                "HTTP/1.1 429 Later\r\nRetry-After: 120\r\nRateLimit: \"api\";r=0;t=55\r\nRateLimit-Policy: \"api\";q=500;w=300\r\n\r\nslow",
                "HTTP/1.1 503 No\r\nRetry-After: Fri, 31 Dec 2026 23:59:59 GMT\r\nRateLimit: limit=500, remaining=12, reset=55\r\n\r\n{\"message\":\"m\"}",
                "HTTP/1.1 302 F\r\nLocation: /x?y\r\nLink: <https://h/api/x?cursor=1>; rel=\"next\"\r\nSet-Cookie: a=b; Domain=h.example; Secure\r\n\r\n",
                "HTTP/1.1 416 R\r\nContent-Range: bytes */12345\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n",
            ]
        ) { bytes in
            let response = Answer(bytes).response
            let url = WebURL("https://h.example/api/x")!
            _ = (response.totalLength, response.declaredSize, response.contentLength, response.retryAfter, response.isHTML)
            if let range = response.contentRange, let total = range.total {
                precondition(range.first <= range.last + 1 && range.last < total && total <= ByteCount.most)
            }
            precondition((RetryAfter.wait(response, now: 1_800_000_000)?.value ?? 0) <= Seconds.most)
            _ = ServerAnswer.words(response, hiding: [("t", Secret("secret-token"))])
            let pace = RequestPace()
            for now in [0.0, 1, 100] {
                let number = pace.turn(url, now: now).number
                pace.learn(url, response, number: number, now: now)
                precondition(pace.turn(url, now: now + 1).seconds <= Seconds.most)
            }
            _ = try? BodyFraming(response.headers)
            _ = LinkHeader.target(of: "next", in: response.headers.all("Link"))
            var cookies = FlowCookies(domains: ["h.example"])
            cookies.take(response, from: url)
            _ = cookies.header(for: url)
            _ = response.location.flatMap(url.resolving)
        },
        .text(
            "content-disposition",
            [
                "attachment; filename=\"a b.bin\"; filename*=UTF-8''a%20%C3%A9.bin", "inline; filename=x.gguf",
                "attachment; filename=\"\\\"q\\\".bin\"", "attachment; filename*=iso-8859-1'en'%A3",
            ]
        ) { _ = ContentDisposition.fileName($0) },
        .text(
            "time", ["Sun, 06 Nov 1994 08:49:37 GMT", "2026-08-01T10:20:30.123Z", "20260801T102030Z", "1893456000", "1893456000123"]
        ) { text in
            for time in [
                UTCTime.imfFixdate(text), UTCTime.iso8601(text), UTCTime.compact(text), UTCTime.digits(text), Double(decimal: text),
            ] {
                guard let time else { continue }
                _ = (UTCTime.shown(time), UTCTime.offsetForm(time))
            }
        },
        .text("number", ["12345", "1.5M", "20K", "1e3", "-5", "2678400"]) { text in
            precondition((0...ByteCount.most).contains(ByteCount(decimal: text)?.bytes ?? 0))
            precondition((0...ByteCount.most).contains(ByteSize.parse(text)?.bytes ?? 0))
            precondition((0...Seconds.most).contains(Seconds(clampingDecimal: text)?.value ?? 0))
            _ = (DeclaredSize(text: text), Seconds(decimal: text), TCPPort.parse(text))
        },
        .text("html", ["<html><form id=\"download-form\" action=\"/d?a&amp;b\"><input name=x value='&#65;'></form><!-- c --><a href=y>"]) {
            _ = HTMLPage($0)
        },
        .text("netrc-ini", ["machine h.example login a password b\nmacdef x\n y\n\ndefault login c", "[s]\nk = v # c\n"]) {
            _ = (Netrc($0), INIText($0))
        },
    ]
}
