import Client
import Core
import HTTPServer

/// A JSON body, checked against the schema of its type before it is read.
enum RequestBody {
    /// - Throws: `HTTPProblem` 400 with every place that is wrong.
    static func read<Value: Decodable>(_ type: Value.Type, of request: HTTPRequest) throws -> Value {
        // An action whose body has no members that it needs may come without any.
        let bytes = request.body.isEmpty ? Array("{}".utf8) : request.body
        let json: JSONValue
        do { json = try JSONValue.parse(bytes) } catch {
            throw invalid([HTTPProblem.Place(pointer: "", detail: "not JSON: \(error.description)")])
        }
        let problems = SchemaProbe.schema(of: type).problems(with: json)
        guard problems.isEmpty else { throw invalid(problems) }
        do { return try WireJSON.decode(type, from: json) } catch {
            throw invalid([HTTPProblem.Place(pointer: error.pointer, detail: error.detail)])
        }
    }

    static func invalid(_ places: [HTTPProblem.Place]) -> HTTPProblem {
        let count = places.count == 1 ? "an error" : "\(places.count) errors"
        return HTTPProblem(
            status: 400, detail: "the body has \(count)", code: DeploydError.Code.invalid.rawValue, errors: places)
    }

    static func invalid(_ pointer: String, _ detail: String) -> HTTPProblem {
        invalid([HTTPProblem.Place(pointer: pointer, detail: detail)])
    }
}
