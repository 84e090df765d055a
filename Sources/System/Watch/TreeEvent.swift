/// One event of inotify(7), as the kernel writes it.
struct TreeEvent {
    let watch: Int32
    let mask: UInt32
    /// Of the file in the folder that is watched; empty for the folder itself.
    let name: String

    func has(_ bit: Int32) -> Bool { mask & UInt32(bitPattern: bit) != 0 }

    static func all(in bytes: UnsafeRawBufferPointer) -> [TreeEvent] {
        var events: [TreeEvent] = []
        var offset = 0
        // wd, mask, cookie and length, then the name and zeros.
        while offset + 16 <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            guard offset + 16 + length <= bytes.count else { break }
            let name = bytes[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 }
            events.append(
                TreeEvent(
                    watch: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self),
                    mask: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
                    name: String(decoding: name, as: UTF8.self)))
            offset += 16 + length
        }
        return events
    }
}
