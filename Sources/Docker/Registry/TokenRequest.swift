import Core
import Crypto
import HTTPClient

/// A token server asked for a token (https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/).
struct TokenRequest: Sendable, Hashable {
    /// How long a token holds that says nothing of it.
    static let usualLifetime = Duration.seconds(60)
    static let longestLifetime = Duration.seconds(3600)
    static let timeLimit = Duration.seconds(10)
    static let maximumAnswer = 256 << 10

    let realm: String
    let service: String?
    /// What is asked for, and no more, whatever the challenge says.
    let scope: String
    let credentials: RegistryCredentials?

    var request: HTTPClientRequest {
        switch credentials {
        case .identityToken(let token):
            let form = [
                ("grant_type", "refresh_token"), ("service", service ?? ""), ("client_id", "deployd"),
                ("scope", scope), ("refresh_token", token.reveal()),
            ]
            return HTTPClientRequest(
                "POST", realm, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: .bytes(Array(TokenRequest.encoded(form).utf8)), timeout: TokenRequest.timeLimit,
                maximumResponseBytes: TokenRequest.maximumAnswer)
        case .password(let user, let password):
            return get(
                [("Authorization", "Basic \(Base64.encode("\(user):\(password.reveal())".utf8))")], account: user)
        case nil, .registryToken:
            return get([], account: nil)
        }
    }

    private func get(_ headers: [(String, String)], account: String?) -> HTTPClientRequest {
        let query = [("service", service), ("scope", scope), ("account", account)].compactMap { name, value in
            value.map { (name, $0) }
        }
        let mark = realm.contains("?") ? "&" : "?"
        return HTTPClientRequest(
            "GET", "\(realm)\(mark)\(TokenRequest.encoded(query))", headers: headers, timeout: TokenRequest.timeLimit,
            maximumResponseBytes: TokenRequest.maximumAnswer)
    }

    /// - Returns: nil when the answer holds no token.
    static func token(in body: [UInt8]) -> (token: Secret, lifetime: Duration)? {
        guard let answer = try? JSONValue.parse(body),
            let token = (answer["token"]?.string ?? answer["access_token"]?.string), !token.isEmpty,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let seconds = answer["expires_in"]?.integer ?? usualLifetime.components.seconds
        return (Secret(token), min(.seconds(max(seconds, 0)), longestLifetime))
    }

    private static func encoded(_ fields: [(String, String)]) -> String {
        fields.map { "\(percent($0.0))=\(percent($0.1))" }.joined(separator: "&")
    }

    private static func percent(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%\(Hex.encode([byte]).uppercased())"
            }
        }
        return encoded
    }
}
