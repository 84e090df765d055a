import Glibc
import Testing

/// Every rule of the files that people write, by what is said of one that breaks it.
@Suite struct CatalogueTests {
    private static let records = getenv("DEPLOYD_TEST_RECORD") != nil

    @Test(arguments: Catalogue.cases)
    func says(bad: Catalogue.Case) {
        #expect(bad.found.joined(separator: "\n") == bad.expected.joined(separator: "\n"))
    }

    /// `DEPLOYD_TEST_RECORD=1 swift test --filter CatalogueTests` writes what is said over what is expected.
    @Test(.enabled(if: records, "SKIPPED: writes expectations; only where DEPLOYD_TEST_RECORD asks for it"))
    func record() {
        for area in Catalogue.areas { Catalogue(area: area).record() }
    }

    @Test func isComplete() {
        let names = Catalogue.cases.map(\.testDescription)
        #expect(names.count >= 150)
        #expect(Set(names).count == names.count)
        #expect(Catalogue.cases.filter { $0.expected.isEmpty }.map(\.testDescription) == [])
        #expect(Catalogue.cases.flatMap(\.expected).filter { $0.utf8.count > 400 } == [])
    }
}
