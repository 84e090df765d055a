import Model
import System
import Testing

@testable import Drivers

/// How much room is little, and which versions are old.
struct MachineExaminationTests {
    private static let gigabyte: Int64 = 1 << 30

    @Test(arguments: [
        (100 * gigabyte, Int64(1_000_000), Finding.Level.ok, "102400 MiB of 204800 are free for /data"),
        (9 * gigabyte, 1_000_000, .warning, "9216 MiB of 204800 are free for /data"),
        (63 << 20, 1_000_000, .problem, "63 MiB of 204800 are free for /data: writes fail soon"),
        (100 * gigabyte, 40_000, .warning, "40000 of 1000000 inodes are left for /data"),
        (100 * gigabyte, 999, .problem, "999 inodes are left for /data: files cannot be made soon"),
    ])
    func room(_ free: Int64, _ inodes: Int64, _ level: Finding.Level, _ text: String) {
        let room = DiskRoom(
            device: 1, freeBytes: free, totalBytes: 200 * Self.gigabyte, freeInodes: inodes, totalInodes: 1_000_000)
        let finding = MachineExamination.judge(room, of: "/data", FindingCheck(.machine, "disk"))
        #expect(finding.level == level && finding.text == text && (finding.advice == nil) == (level == .ok))
    }

    @Test(arguments: [
        ("2.39.5", false), ("2.39", false), ("2.40", false), ("3.0", false), ("2.38.9", true), ("1.99", true),
    ])
    func versions(_ version: String, _ isOld: Bool) {
        #expect(MachineExamination.isOlder(version, than: [2, 39]) == isOld)
    }

    /// A thousand times the same is said of the first few, and how many more there are.
    @Test func listsAreBounded() {
        let check = FindingCheck(.files, "runs")
        #expect(check.list([], orOk: "fine") == [check.ok("fine")])
        let many = check.list((1...1000).map { check.warning("\($0)", do: "") }, orOk: "fine")
        #expect(many.count == 21 && many.last?.text == "and 980 more of this kind" && many.last?.level == .warning)
    }
}
