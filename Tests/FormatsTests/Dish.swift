import Core
import Formats

/// A format with every kind of value, for the tests.
struct Dish: Sendable, Equatable {
    enum Course: String, CaseIterable, Sendable { case starter, main, dessert }

    var name: String?
    var note: String?
    var course: Course?
    var guests: Int64?
    var hot: Bool?
    var time: Duration?
    var cpu: Int64?
    var memory: Int64?
    var steps: [String]?
    var labels: [String: String]?
    var sides: [String: Side]?
    var text: Template?
    var other: JSONValue?

    struct Side: Sendable, Equatable {
        var amount: Int64?
    }
}

enum DishFormat {
    static let name = Field("name", .name, required: true, "What it is called")
    static let note = Field("note", .string, "Anything")
    static let course = Field("course", Shape<Dish.Course>.choice(), "When it is served")
    static let guests = Field("guests", .integer(1...12), "For how many")
    static let hot = Field("hot", .boolean, "Whether it is warmed")
    static let time = Field("time", .duration(.seconds(1) ... .seconds(86_400)), "How long it takes")
    static let cpu = Field("cpu", .cpu, "Processors")
    static let memory = Field("memory", .memory, "Memory")
    static let steps = Field("steps", .list(of: .text, minimum: 1), "What to do")
    static let labels = Field("labels", .map(keys: .anything, of: .text), "Labels")
    static let sides = Field("sides", .map(keys: .name, of: .either(amountAlone, side)), "What goes with it")
    static let text = Field("text", .template, "A text")
    static let other = Field("other", .json("anything"), "Something else")
    static let wine = UnbuiltField("wine", "What to drink")

    static let amount = Field("amount", .integer(1...9), "How much")
    static let amountAlone = Shape<Int64>.integer(1...9).map { Dish.Side(amount: $0) }
    static let side = Shape<Dish.Side>.mapping([amount]) { Dish.Side(amount: $0[amount]) }

    static let shape = Shape<Dish>.mapping([
        name, note, course, guests, hot, time, cpu, memory, steps, labels, sides, text, other, wine,
    ]) { reader in
        let dish = Dish(
            name: reader[name], note: reader[note], course: reader[course], guests: reader[guests], hot: reader[hot],
            time: reader[time], cpu: reader[cpu], memory: reader[memory], steps: reader[steps],
            labels: reader[labels], sides: reader[sides], text: reader[text], other: reader[other])
        if let template = dish.text { reader.place(of: text).check(template, in: ReferenceScope(["version"])) }
        return dish
    }

    static func parse(_ bytes: [UInt8]) -> Parsed<Dish> {
        let diagnostics = Diagnostics(file: "dish.yaml")
        let documents = YAML.documents(bytes, diagnostics: diagnostics)
        return diagnostics.outcome(documents.first.flatMap { shape.read($0, diagnostics: diagnostics) })
    }
}
