import Core
import Formats
import Testing

@Suite struct ShapeTests {
    @Test func readsEveryKind() {
        let text = """
            name: soup
            note: '5'
            course: main
            guests: 4
            hot: yes
            time: 1h30m
            cpu: 1.5
            memory: 256Mi
            steps: [boil, 0755, true]
            labels: { team: shop, level: 1.10 }
            sides: { bread: 2, salad: { amount: 3 }, rice: {} }
            text: "v${version}"
            other: { a: [1, yes] }
            """
        #expect(
            DishFormat.parse(Array(text.utf8))
                == Parsed(
                    value: Dish(
                        name: "soup", note: "5", course: .main, guests: 4, hot: true, time: .seconds(5400), cpu: 1500,
                        memory: 268_435_456, steps: ["boil", "0755", "true"],
                        labels: ["team": "shop", "level": "1.10"],
                        sides: ["bread": .init(amount: 2), "salad": .init(amount: 3), "rice": .init()],
                        text: Template(parts: [.literal("v"), .reference(Reference(.path(["version"]), offset: 1))]),
                        other: ["a": [1, "yes"]]),
                    diagnostics: []))
    }

    @Test func reportsEverythingAtOnce() {
        let text = """
            nam: soup
            note: 5
            course: mian
            guests: 13
            hot: warm
            time: 2 hours
            cpu: 0m
            memory: lots
            steps: []
            labels: { a: ~, b: [] }
            sides: { Bread: 10, salad: { amont: 3 }, rice: }
            text: 'é ${versoin} ${'
            wine: red
            other: !Ref x
            """
        let expected = """
            dish.yaml:1:1: nam: unknown key; did you mean 'name'?
            dish.yaml:2:7: note: expected text, found the number 5; quote it
            dish.yaml:3:9: course: expected one of starter, main, dessert, found 'mian'; did you mean 'main'?
            dish.yaml:4:9: guests: expected a whole number from 1 to 12, found the number 13
            dish.yaml:5:6: hot: expected true or false, found 'warm'
            dish.yaml:6:7: time: expected a duration such as 5s, 250ms, 2h or 1d, found '2 hours'
            dish.yaml:7:6: cpu: 0m: use at least 1m
            dish.yaml:8:9: memory: expected an amount such as 256Mi, 1G or 1.5Gi, found 'lots'
            dish.yaml:9:8: steps: an empty list is not allowed
            dish.yaml:10:11: labels.a: expected text, found nothing; write "" for an empty one
            dish.yaml:10:20: labels.b: expected text, found a list
            dish.yaml:11:10: sides.Bread: not a name: use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            dish.yaml:11:17: sides.Bread: expected a whole number from 1 to 9, found the number 10
            dish.yaml:11:30: sides.salad.amont: unknown key; did you mean 'amount'?
            dish.yaml:11:42: sides.rice: expected a whole number from 1 to 9 or a mapping, found nothing
            dish.yaml:12:10: text: unknown reference '${versoin}'; did you mean 'version'?
            dish.yaml:12:21: text: '${' has no '}'; '$${' writes a literal '${'
            dish.yaml:13:1: wine: not built yet
            dish.yaml:14:8: other: the tag '!Ref' means nothing here

            """
        let parsed = DishFormat.parse(Array(text.utf8))
        #expect(parsed.value == nil)
        #expect(parsed.diagnostics.text == expected)
    }

    @Test func pointsIntoTexts() {
        let text = "name: a\ntext: \"é ${versoin}\"\n"
        #expect(
            DishFormat.parse(Array(text.utf8)).diagnostics.text
                == "dish.yaml:2:10: text: unknown reference '${versoin}'; did you mean 'version'?\n")
        // An escape makes columns of the value differ from those of the file.
        let escaped = "name: a\ntext: \"\\t ${versoin}\"\n"
        #expect(
            DishFormat.parse(Array(escaped.utf8)).diagnostics.text
                == "dish.yaml:2:7: text: unknown reference '${versoin}'; did you mean 'version'?\n")
    }

    @Test func boundsWhatItReports() {
        let text = (0..<5000).map { "k\($0): 1\n" }.joined() + "name: a\n"
        let found = DishFormat.parse(Array(text.utf8)).diagnostics
        #expect(found.count == Diagnostics.limit + 1)
        #expect(found.last?.description == "dish.yaml:100:1: no more than 100 errors are shown; there may be others")
    }

    @Test(arguments: [
        ("5s", 5000), ("250ms", 250), ("2h", 7_200_000), ("1d", 86_400_000), ("1m", 60_000), ("1h30m", 5_400_000),
        ("1m1ms", 60_001), ("0s", 0), ("5", nil), ("", nil), ("s", nil), ("-5s", nil), ("1.5s", nil), ("1s1m", nil),
        ("1s1s", nil), ("5 s", nil), ("5S", nil), ("99999999999999999999s", nil), ("9223372036854775807d", nil),
    ])
    func readsDurations(text: String, milliseconds: Int64?) {
        #expect(Quantity.duration(text) == milliseconds.map { .milliseconds($0) })
    }

    @Test(arguments: [
        ("500m", 500), ("2", 2000), ("0.5", 500), ("1.25", 1250), ("0.0005", nil), ("m", nil), ("", nil), (".5", nil),
        ("1.", nil), ("-1", nil), ("1e3", nil), ("9223372036854775807", nil),
    ])
    func readsProcessors(text: String, thousandths: Int64?) {
        #expect(Quantity.cpu(text) == thousandths)
    }

    @Test(arguments: [
        ("256Mi", 268_435_456), ("1G", 1_000_000_000), ("1.5Gi", 1_610_612_736), ("64k", 64_000), ("1024", 1024),
        ("2Ti", 2_199_023_255_552), ("1m", nil), ("1K", nil), ("1MB", nil), ("Mi", nil), ("", nil), ("1.0000001k", nil),
        ("9223372036854775807k", nil),
    ])
    func readsAmounts(text: String, bytes: Int64?) {
        #expect(Quantity.memory(text) == bytes)
    }
}
