import Client
import Core
import HTTPServer
import Store
import Testing

@testable import API

struct OpenAPITests {
    @Test("The document lists exactly what is routed, and refers only to what is there")
    func document() async throws {
        let harness = try await Harness()
        let reply = try await harness.send("GET", "/openapi.json", token: nil, over: .socket)
        let paths = reply.json["paths"]?.object ?? [:]
        let listed = paths.flatMap { path, methods in (methods.object ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(listed) == Set(harness.operations.map { "\($0.method) \($0.path)" }))
        let schemas = reply.json["components"]?["schemas"]?.object ?? [:]
        let missing = references(in: reply.json).subtracting(schemas.keys.map { "#/components/schemas/\($0)" })
        #expect(missing == [] && reply.json["openapi"] == "3.1.0")
        #expect(Set(harness.operations.map(\.id)).count == harness.operations.count)
        // Each of them reaches its handler: nothing is listed that the router does not know.
        var unrouted: [String] = []
        for operation in harness.operations where !operation.path.hasSuffix("stream") {
            let path = operation.path.replacing("{", with: "").replacing("}", with: "")
            let answer = try await harness.send(operation.method.name, path)
            if answer.status == 405 || answer.status == 501 || answer.text.contains("nothing at this path") {
                unrouted.append("\(operation.method) \(path) \(answer.status)")
            }
        }
        #expect(unrouted == [])
        await harness.stop()
    }

    private func references(in json: JSONValue) -> Set<String> {
        switch json {
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(references(in: $1)) }
        case .object(let members):
            members.reduce(into: []) { found, member in
                if member.key == "$ref", let name = member.value.string { found.insert(name) }
                found.formUnion(references(in: member.value))
            }
        default: []
        }
    }

    @Test("A schema is what its type decodes")
    func schema() {
        var components: [String: JSONValue] = [:]
        let rollback = SchemaProbe.schema(of: Wire.Rollback.self).json(.request, components: &components)
        #expect(rollback == ["$ref": "#/components/schemas/Rollback"])
        let text: JSONValue = ["type": "string", "minLength": 1, "maxLength": 500]
        #expect(
            components["Rollback"] == [
                "type": "object", "additionalProperties": false,
                "properties": ["version": ["anyOf": [text, ["type": "null"]]]],
            ])
        _ = SchemaProbe.schema(of: Wire.RepositoryDraft.self).json(.request, components: &components)
        #expect(components["RepositoryDraft"]?["required"] == ["name", "url", "provider"])
        _ = SchemaProbe.schema(of: Wire.Page<Wire.World>.self).json(.answer, components: &components)
        #expect(components["Page.World"]?["properties"]?["items"]?["items"] == ["$ref": "#/components/schemas/World"])
        #expect(
            components["World.Capability"]?["properties"]?["health"]?["enum"] == [
                "healthy", "unavailable", "notBuiltYet",
            ])
    }

    @Test("Which problems there may be follows from how a request is asked and served")
    func problems() async throws {
        let harness = try await Harness()
        func statuses(_ id: String) -> String {
            guard let operation = harness.operations.first(where: { $0.id == id }) else { return "" }
            return
                "\(id): \((operation.allAnswers.map(\.status) + operation.allProblems).map(String.init).joined(separator: " "))"
        }
        #expect(
            ["listTokens", "getWorld", "setHold", "releaseHold", "promote", "putWorld", "healthz", "metrics"].map(
                statuses)
                == [
                    "listTokens: 200 400 401 429 503 504", "getWorld: 200 304 400 401 404 429 503 504",
                    "setHold: 200 400 401 404 409 413 429 503 504", "releaseHold: 204 400 401 404 409 429 503 504",
                    "promote: 200 400 401 403 404 409 413 429 503 504",
                    "putWorld: 200 201 400 401 404 409 412 413 429 503 504", "healthz: 200", "metrics: 200 429 503 504",
                ])
        let document = try await harness.send("GET", "/openapi.json", token: nil).json["paths"]
        let put = document?["/api/v1/worlds/{world}"]?["put"]
        #expect(put?["responses"]?["201"]?["headers"]?.object?.keys.sorted() == ["ETag", "Location"])
        let get = document?["/api/v1/worlds/{world}"]?["get"]
        #expect(get?["parameters"]?.array?.compactMap { $0["name"]?.string } == ["world", "If-None-Match"])
        await harness.stop()
    }

    @Test("The page is whole, and loads nothing from elsewhere")
    func page() async throws {
        let harness = try await Harness()
        let reply = try await harness.send("GET", "/docs", token: nil)
        let missing = harness.operations.filter { !reply.text.contains($0.path) }.map(\.path)
        let outside = ["http://", "https://", "<script", "src="].filter { reply.text.contains($0) }
        #expect(reply.status == 200 && missing == [] && outside == [])
        // Bodies that are described by hand, parts of lists, and what stands between backticks.
        for text in ["[labels], name, [repositories]", "{ items: [{ name, ", "<code>errors</code> names the places"] {
            #expect(reply.text.contains(text), "\(text)")
        }
        let root = try await harness.send("GET", "/", token: nil)
        #expect(root.status == 501 && root.text.contains("/docs describes the API"))
        await harness.stop()
    }

    @Test("Metrics are open and hold no secrets; readiness asks the database")
    func system() async throws {
        let harness = try await Harness()
        try await harness.addEvents(3)
        let metrics = try await harness.send("GET", "/metrics", token: nil)
        #expect(metrics.text.contains("\ndeployd_events_total 3\n"))
        #expect(metrics.text.contains("# TYPE deployd_webhook_deliveries_total counter\n"))
        #expect(try await harness.send("GET", "/readyz", token: nil).status == 200)
        harness.storage.close()
        #expect(try await harness.send("GET", "/readyz", token: nil).status == 503)
        #expect(try await harness.send("GET", "/healthz", token: nil).status == 200)
        await harness.stop()
    }
}
