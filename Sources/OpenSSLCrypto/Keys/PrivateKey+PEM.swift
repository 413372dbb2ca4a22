package import SecretMemory

/// Why a text is not a private key.
package enum PrivateKeyTextError: Error, Hashable, Sendable {
    /// Not one block with the label of PKCS#8.
    case notPEM(PEMError)
    /// The block holds no key that is accepted, or the passphrase is wrong.
    case refused(CryptoError)
}

extension PrivateKey {
    /// Reads one block `PRIVATE KEY` (PKCS#8) and nothing else.
    ///
    /// - Throws: `PrivateKeyTextError`.
    package convenience init(pem: SecretBytes) throws(PrivateKeyTextError) {
        let der: SecretBytes
        do { der = try PEM.decode(pem, label: PEM.privateKey) } catch { throw .notPEM(error) }
        do { try self.init(pkcs8DER: der) } catch { throw .refused(error) }
    }

    /// Reads one block `ENCRYPTED PRIVATE KEY` (PKCS#8) and nothing else.
    ///
    /// - Throws: `PrivateKeyTextError`.
    package convenience init(encryptedPEM: [UInt8], passphrase: SecretBytes) throws(PrivateKeyTextError) {
        let der: [UInt8]
        do { der = try PEM.decode(encryptedPEM, label: PEM.encryptedPrivateKey) } catch { throw .notPEM(error) }
        do { try self.init(encryptedPKCS8DER: der, passphrase: passphrase) } catch { throw .refused(error) }
    }

    /// Writes one block `PRIVATE KEY` (PKCS#8).
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package func pem() throws(CryptoError) -> SecretBytes {
        PEM.encode(try pkcs8DER(), label: PEM.privateKey)
    }

    /// Writes one block `ENCRYPTED PRIVATE KEY` (PKCS#8), as `encryptedPKCS8DER` describes it.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package func encryptedPEM(passphrase: SecretBytes) throws(CryptoError) -> String {
        PEM.encode(try encryptedPKCS8DER(passphrase: passphrase), label: PEM.encryptedPrivateKey)
    }
}
