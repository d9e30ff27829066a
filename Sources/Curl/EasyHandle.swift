import CCurl

/// libcurl's easy handle with the header list and the error buffer that it reads: one owner, freed together.
///
/// The initialiser makes nothing that can fail; ``open()`` does, before anything else is called.
struct EasyHandle: ~Copyable {
    /// libcurl's own; nil before ``open()``.
    private(set) var pointer: UnsafeMutableRawPointer?
    /// What the handle uses for as long as it lives.
    private var caches: SharedCaches?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// libcurl cannot do what is asked; its message says why.
    struct Refusal: Error {
        let words: String

        init(_ words: String) { self.words = words }
        init(_ code: CURLcode) { words = String(cString: curl_easy_strerror(code)) }
    }

    init() { errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE)) }

    deinit {
        if let pointer { curl_easy_cleanup(pointer) }
        curl_slist_free_all(headerList)
        errorBuffer.deallocate()
    }

    /// Makes libcurl's handle.
    mutating func open(_ caches: SharedCaches) throws(Refusal) {
        guard let made = curl_easy_init() else { throw Refusal("libcurl gave no handle") }
        pointer = made
        self.caches = caches
        try set(CURLOPT_SHARE, caches.pointer)
        try set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorBuffer))
    }

    // MARK: options

    func check(_ code: CURLcode) throws(Refusal) {
        guard code == CURLE_OK else { throw Refusal(code) }
    }

    func set(_ option: CURLoption, _ value: Int) throws(Refusal) { try check(fetchctl_set_long(pointer!, option, value)) }
    func set(_ option: CURLoption, _ value: String) throws(Refusal) { try check(fetchctl_set_string(pointer!, option, value)) }
    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(Refusal) {
        try check(fetchctl_set_pointer(pointer!, option, value))
    }

    /// The body of a POST, which is copied.
    func set(body: [UInt8]) throws(Refusal) {
        try check(fetchctl_set_offset(pointer!, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        let code = body.withUnsafeBytes {
            fetchctl_set_pointer(pointer!, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
        }
        try check(code)
    }

    /// The header fields, `Name: value` each.
    mutating func set(headers lines: [String]) throws(Refusal) {
        for line in lines { headerList = curl_slist_append(headerList, line) }
        try check(fetchctl_set_list(pointer!, CURLOPT_HTTPHEADER, headerList))
    }

    // MARK: what has happened

    /// Seconds from the end of the request to the first byte of the answer; nil when there was none.
    var roundTrip: Double? {
        let (sent, answered) = (offset(CURLINFO_PRETRANSFER_TIME_T), offset(CURLINFO_STARTTRANSFER_TIME_T))
        return answered > sent ? Double(answered - sent) / 1e6 : nil
    }

    /// Whether a connection was made for this request.
    var hasConnected: Bool { offset(CURLINFO_CONNECT_TIME_T) > 0 }

    /// Connections that were made for this request: 0 where a kept one was used.
    var connections: Int { long(CURLINFO_NUM_CONNECTS) }

    /// The status with which a proxy answered to `CONNECT`; 0 where there was none.
    var tunnelStatus: Int { long(CURLINFO_HTTP_CONNECTCODE) }

    /// libcurl's message about what went wrong; empty when it has none.
    var errorWords: String { String(cString: errorBuffer) }

    private func offset(_ info: CURLINFO) -> curl_off_t {
        var value: curl_off_t = 0
        fetchctl_get_offset(pointer!, info, &value)
        return value
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        fetchctl_get_long(pointer!, info, &value)
        return value
    }
}
