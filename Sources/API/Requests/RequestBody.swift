import Client
import Core
import Engine
import Formats
import HTTPServer

/// A JSON body, checked against the schema of its type before it is read.
enum RequestBody {
    /// - Parameter rules: what else is wrong with a value that could be read.
    /// - Throws: `HTTPProblem` 400 with every place that is wrong.
    static func read<Value: Decodable>(
        _ type: Value.Type, of request: HTTPRequest, rules: (Value) -> [HTTPProblem.Place] = { _ in [] }
    ) throws -> Value {
        let json = try json(of: request)
        var problems = SchemaProbe.schema(of: type).problems(with: json)
        do {
            let value = try WireJSON.decode(type, from: json)
            problems += rules(value)
            if problems.isEmpty { return value }
        } catch {
            if problems.isEmpty { problems = [HTTPProblem.Place(pointer: error.pointer, detail: error.detail)] }
        }
        throw invalid(problems)
    }

    /// - Throws: `HTTPProblem` 400 when it is not JSON.
    static func json(of request: HTTPRequest) throws -> JSONValue {
        // An action whose body has no members that it needs may come without any.
        let bytes = request.body.isEmpty ? Array("{}".utf8) : request.body
        do { return try JSONValue.parse(bytes) } catch {
            throw invalid([HTTPProblem.Place(pointer: "", detail: "not JSON: \(error.description)")])
        }
    }

    static func invalid(_ places: [HTTPProblem.Place]) -> HTTPProblem {
        let count = places.count == 1 ? "an error" : "\(places.count) errors"
        return HTTPProblem(
            status: 400, detail: "the body has \(count)", code: DeploydError.Code.invalid.rawValue, errors: places)
    }

    static func invalid(_ diagnostics: [Diagnostic]) -> HTTPProblem {
        invalid(diagnostics.map { HTTPProblem.Place(pointer: $0.path.pointer, detail: $0.message) })
    }

    static func invalid(_ error: InvalidObject) -> HTTPProblem {
        invalid([HTTPProblem.Place(pointer: error.path.map(JSONPointer.token).joined(), detail: error.message)])
    }
}
