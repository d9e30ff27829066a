internal import FetchTypes

/// `GET /api/v1/me`: the one request in which CivitAI says that a token is bad.
struct CivitaiAccount {
    let endpoint: WebURL
    let context: SourceContext

    func ask(_ token: Secret) async throws -> ServiceAccount {
        let answer = try await AccountService.civitai.ask("/api/v1/me", at: endpoint, token, context, as: Answer.self)
        return ServiceAccount(name: answer.name.withoutControlCharacters)
    }

    private struct Answer: Decodable {
        var name: String

        private enum Keys: String, CodingKey { case id, username }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            // An account that has not chosen a name has its number.
            let number = fields.lenientInt(.id).map { "user \($0)" }
            guard let name = fields.lenient(String.self, .username) ?? number else {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no account"))
            }
            self.name = name
        }
    }
}
