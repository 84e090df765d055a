import Core
import Crypto
import TestSupport
import Testing

struct ServerCertificateTests {
    @Test func saysForWhomItIs() throws {
        let certificate = try ServerCertificate(
            chain: Secret(TestCertificate.chain), key: Secret(TestCertificate.key))
        #expect(certificate.names == ["*.dev.example.com", "dev.example.com"])
        #expect(certificate.expires.description.hasPrefix("2126-11-04T"))
        #expect(certificate.identifier.hasPrefix("2126-11-04-") && certificate.identifier.utf8.count == 43)
        let hosts = ["a.dev.example.com", "A.DEV.example.com", "dev.example.com", "a.b.dev.example.com", "example.com"]
        #expect(hosts.map(certificate.covers) == [true, true, true, false, false])
        #expect("\(certificate)".contains("PRIVATE") == false)
        let text = certificate.pem.reveal()
        #expect(text.contains("-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----"))
    }

    @Test func refusesWhatIsNone() {
        let (chain, key) = (TestCertificate.chain, TestCertificate.key)
        let cases = [
            ("", key, "the certificate is not one in PEM"),
            (key, key, "the certificate is not one in PEM"),
            (chain, "", "the key is not a private key in PEM, without a passphrase"),
            (chain, chain, "the key is not a private key in PEM, without a passphrase"),
            (chain, TestCertificate.otherKey, "the key is another certificate's"),
        ]
        let messages = cases.map { chain, key, _ in
            do throws(DeploydError) {
                _ = try ServerCertificate(chain: Secret(chain), key: Secret(key))
                return "none"
            } catch {
                return error.message
            }
        }
        #expect(messages == cases.map(\.2))
    }
}
