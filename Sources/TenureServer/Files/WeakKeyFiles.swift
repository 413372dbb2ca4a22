internal import OpenSSLCrypto
internal import TenureAPI

/// The files of `ca.weak_key_files`.
enum WeakKeyFiles {
    /// Reads all of them; there is no list where none is named.
    ///
    /// - Throws: `StartFailure`: who named a file relies on it, so that nothing starts without.
    static func read(_ paths: [String]) throws(StartFailure) -> WeakKeyList {
        var lists: [WeakKeyList] = []
        for path in paths {
            guard ProtectedFile.exists(path) else {
                throw StartFailure(
                    .notFound,
                    "\(path), which ca.weak_key_files names, is not there: put the list there (docs/keys.md), or take"
                        + " it out of the configuration")
            }
            let content = try ProtectedFile.read(path, .published, bytesMax: WeakKeyList.fileBytesMax)
            do throws(WeakKeyListFault) {
                lists.append(try WeakKeyList(parsing: content))
            } catch {
                throw StartFailure(.usage, "\(path): \(error)")
            }
        }
        do throws(WeakKeyListFault) {
            return try WeakKeyList(joining: lists)
        } catch {
            throw StartFailure(.usage, "ca.weak_key_files: \(error)")
        }
    }
}
