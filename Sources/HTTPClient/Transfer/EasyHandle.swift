import CCurl

/// Owns a `CURL`. The first option that libcurl refuses is kept in `failure`, so that a list of settings reads as one.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private(set) var failure = CURLE_OK

    init?() {
        guard let pointer = ccurl_easy_init() else { return nil }
        self.pointer = pointer
    }

    func set(_ option: CURLoption, _ value: Int) { note(ccurl_easy_set_long(pointer, option, value)) }
    func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }
    func set(_ option: CURLoption, offset: Int) { note(ccurl_easy_set_offset(pointer, option, curl_off_t(offset))) }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) { note(ccurl_easy_set_string(pointer, option, value)) }

    /// libcurl keeps the pointer: it must outlive the handle.
    func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
        note(ccurl_easy_set_pointer(pointer, option, value))
    }

    /// libcurl copies the bytes.
    func set(_ option: CURLoption, blob bytes: [UInt8]) {
        note(ccurl_easy_set_blob(pointer, option, bytes, bytes.count))
    }

    /// libcurl copies as many bytes as CURLOPT_POSTFIELDSIZE_LARGE says.
    func copyPostFields(_ bytes: UnsafeRawBufferPointer) {
        // Nil would mean "no fields", and with CURLOPT_POST to ask the read callback for them.
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return set(CURLOPT_COPYPOSTFIELDS, "") }
        set(CURLOPT_COPYPOSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: base))
    }

    func closeOnExec() { note(ccurl_easy_close_on_exec(pointer)) }

    func onHeader(_ callback: curl_write_callback, _ context: UnsafeMutableRawPointer) {
        note(ccurl_easy_set_writer(pointer, CURLOPT_HEADERFUNCTION, callback, CURLOPT_HEADERDATA, context))
    }

    func onBody(_ callback: curl_write_callback, _ context: UnsafeMutableRawPointer) {
        note(ccurl_easy_set_writer(pointer, CURLOPT_WRITEFUNCTION, callback, CURLOPT_WRITEDATA, context))
    }

    func onRead(_ read: curl_read_callback, _ seek: curl_seek_callback, _ context: UnsafeMutableRawPointer) {
        note(ccurl_easy_set_reader(pointer, read, seek, context))
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_easy_get_long(pointer, info, &value) == CURLE_OK ? value : 0
    }

    private func note(_ code: CURLcode) {
        if failure == CURLE_OK { failure = code }
    }

    deinit { ccurl_easy_cleanup(pointer) }
}

/// Owns a `curl_slist`.
final class StringList {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        for line in lines {
            // Nil only where memory is wanting; the list so far stays valid then.
            if let longer = ccurl_slist_append(pointer, line) { pointer = longer }
        }
    }

    deinit { ccurl_slist_free_all(pointer) }
}
