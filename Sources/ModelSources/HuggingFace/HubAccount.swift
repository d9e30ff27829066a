internal import FetchTypes

/// `GET /api/whoami-v2`.
struct HubAccount {
    let endpoint: WebURL
    let context: SourceContext

    func ask(_ token: Secret) async throws -> ServiceAccount {
        let answer = try await AccountService.hf.ask("/api/whoami-v2", at: endpoint, token, context, as: Answer.self)
        return ServiceAccount(
            name: answer.name.withoutControlCharacters, tokenName: answer.auth?.accessToken?.displayName,
            role: answer.auth?.accessToken?.role,
            organisations: answer.organisations.map(\.withoutControlCharacters))
    }

    private struct Answer: Decodable {
        var name: String
        var organisations: [String]
        var auth: Auth?

        struct Auth: Decodable { var accessToken: Token? }
        struct Token: Decodable {
            var displayName: String?
            var role: String?
        }
        private struct Organisation: Decodable { var name: String }
        private enum Keys: String, CodingKey { case name, orgs, auth }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            name = try fields.decode(String.self, forKey: .name)
            organisations = fields.lenientArray(Organisation.self, .orgs).map(\.name)
            auth = fields.lenient(Auth.self, .auth)
        }
    }
}
