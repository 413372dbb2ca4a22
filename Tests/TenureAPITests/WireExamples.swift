internal import TenureAPI

/// Every field of every body and answer, written down from the contract and not from the types.
enum WireExamples {
    private static let checkpoint =
        #""checkpoint": {"size": 4811, "root": "q83v", "note": "t/tenure/0a\n4811\nq83v\n\n"}"#
    private static let dies =
        #"{"counts": {"token": 2, "certificate": 0}, "counts_pending": false, "examples": ["credential/crd_1"]}"#
    private static let issued = """
        "renew_after": "2026-11-24T10:05:00Z", "renew_until": "2027-01-01T00:00:00Z", "identity": "workload/deploy",
        "owner": "person/owner", "entitlement": "ent_1@3", "audit_index": 4810, \(checkpoint)
        """
    private static let proof = #"{"index": 7, "size": 9, "leaf_hash": "q83v", "root": "AAAA", "hashes": ["AQID"]}"#
    private static let object =
        #"""
        "warnings": [{"code": "mutable-claim", "field": "claims.ref", "detail": "d"}], "dies": \#(dies),\#
        "audit_index": 9, \#(checkpoint)
        """#

    static let bodies = [
        WireExample(LoginBody.self, #"{"method": "oidc", "token": "eyJ", "trust": "deploy-dev"}"#),
        WireExample(
            IssueTokenBody.self,
            #"""
            {"profile": "ci-token", "audience": "registry", "scope": ["push"], "ttl_seconds": 600,\#
            "dry_run": true}
            """#),
        WireExample(IssueTokenBody.self, #"{"profile": "ci-token", "audience": "registry"}"#),
        WireExample(
            IssueCertificateBody.self,
            #"{"profile": "service-tls", "csr": "-----BEGIN", "ttl_seconds": 3600, "dry_run": false}"#),
        WireExample(RenewCertificateBody.self, #"{"csr": "-----BEGIN"}"#),
        WireExample(
            RevocationBody.self, #"{"target": "workload/deploy", "reason": "keyCompromise", "dry_run": true}"#),
        WireExample(RevocationBody.self, #"{"target": {"certificate": "-----BEGIN"}, "reason": "superseded"}"#),
        WireExample(RevocationBody.self, #"{"target": {"public_key": "-----BEGIN"}}"#),
        WireExample(RevocationBody.self, #"{"target": {"token": "tnr_"}, "reason": "keyCompromise"}"#),
        WireExample(
            OffboardingBody.self,
            #"{"target": "person/ada", "transfer_to": "person/ben", "reason": "left", "dry_run": true}"#),
        WireExample(RotationBody.self, #"{"kind": "token-keys", "audience": "registry", "dry_run": true}"#),
        WireExample(RotationBody.self, #"{"kind": "token-keys", "environment": "production"}"#),
        WireExample(ApplicationBody.self, #"{}"#),
        WireExample(
            CreateIdentityBody.self,
            """
            {"kind": "workload", "name": "deploy", "class": "ci_job", "owner": "person/owner",
             "backup_owner": "person/backup", "purpose": "p", "environment": "production", "reuse_name": true}
            """),
        WireExample(CreateIdentityBody.self, #"{"kind": "team", "name": "platform", "members": ["owner"]}"#),
        WireExample(
            UpdateIdentityBody.self,
            #"""
            {"state": "suspended", "members": [], "owner": "person/a", "backup_owner": "person/b",\#
            "purpose": "p", "reason": "r", "dry_run": true}
            """#
        ),
        WireExample(
            CreateTrustBody.self,
            """
            {"name": "deploy-dev", "identity": "workload/deploy", "preset": "github",
             "issuer": {"url": "https://i", "jwks": {"url": "https://i/k"}, "ca_pem": "-----",
                        "networks": ["10.0.0.0/8"]},
             "audience": "tenure", "claims": {"repository": "acme/shop", "run": 3, "protected": true},
             "presentations": 20, "bootstrap_seconds": 3600, "dry_run": true}
            """),
        WireExample(UpdateTrustBody.self, #"{"state": "ended", "presentations": "until-expiry"}"#),
        WireExample(
            ProfileDocument.self,
            """
            {"name": "ci-token", "kind": "token", "version": 1, "environment": "production", "approval": "none",
             "lifetime_seconds": 900, "max_lifetime_seconds": 86400, "audiences": ["registry"],
             "scopes": ["push", "pull"], "bare": false, "dry_run": true}
            """),
        WireExample(
            ProfileDocument.self,
            """
            {"name": "service-tls", "kind": "certificate", "keys": ["p256"], "names": ["NAME.example.internal"],
             "usages": ["server"], "revocation_seconds": 3600, "spiffe": true, "foreign_consumers": false}
            """),
        WireExample(
            ProfileDocument.self,
            #"{"name": "auditor", "kind": "administration", "acts": ["audit.read"], "scope": "everything"}"#),
        WireExample(UpdateProfileBody.self, #"{"state": "ended", "approval": "other", "reason": "r"}"#),
        WireExample(
            CreateEntitlementBody.self,
            """
            {"identity": "workload/deploy", "profile": "ci-token", "justification": "j",
             "constraints": {"scopes": ["pull"], "audiences": ["registry"], "names": ["platform"],
                             "lifetime_seconds": 600, "networks": ["10.0.0.0/8"], "uses": 3},
             "starts": "2026-11-24T00:00:00Z", "ends": "2027-01-01T00:00:00Z", "review": "2026-12-01T00:00:00Z",
             "dry_run": true}
            """),
        WireExample(UpdateEntitlementBody.self, #"{"state": "active", "dry_run": true}"#),
        WireExample(
            PlanBody.self,
            """
            {"estate": {"apiVersion": "tenure/1", "estate": "example", "people": [{"name": "admin"}],
              "teams": [{"name": "platform", "members": ["owner"]}],
              "workloads": [{"name": "deploy", "class": "ci_job", "owner": "person/owner", "purpose": "p",
                             "backup_owner": "person/backup", "environment": "production"}],
              "trusts": [{"name": "t", "workload": "deploy", "issuer": {"url": "https://i", "jwks": {"set": "{}"}},
                          "audience": "tenure", "claims": {"sub": "deploy"}, "presentations": "once"}],
              "entitlements": [{"identity": "workload/deploy", "profile": "ci-token",
                                "constraints": {"scopes": ["pull"]}, "justification": "j",
                                "ends": "2027-01-01T00:00:00Z", "review": "2026-12-01T00:00:00Z"}]},
             "prune": true, "dry_run": true}
            """),
    ]

    static let answers = [
        WireExample(
            LoginAnswer.self,
            #"""
            {"token": "tnr_", "expires_at": "2026-11-24T11:00:00Z", "identity": "person/ada",\#
            "login": "lgn_1", "audit_index": 1, \#(checkpoint)}
            """#
        ),
        WireExample(
            IssueTokenAnswer.self,
            """
            {"id": "crd_1", "token": "tnr_", "expires_at": "2026-11-24T10:10:00Z", "audience": "registry",
             "scope": ["push"], \(issued)}
            """),
        WireExample(
            IssueTokenAnswer.self,
            #"""
            {"expires_at": "2026-11-24T10:10:00Z", "identity": "workload/a", "owner": "person/b",\#
            "entitlement": "ent_1@3"}
            """#
        ),
        WireExample(
            IssueCertificateAnswer.self,
            """
            {"id": "crd_1", "certificate": "-----", "chain": ["-----"], "serial": "0a1b",
             "not_before": "2026-11-24T10:00:00Z", "not_after": "2026-11-25T10:00:00Z", "names": ["a.example"],
             "ignored": ["subject"], "replaces": "crd_0", \(issued)}
            """),
        WireExample(
            RevocationAnswer.self,
            """
            {"id": "cut_1", "target": "workload/deploy", "reason": "keyCompromise", "cutoff_index": 4810,
             "counts": {"token": 1, "certificate": 2}, "counts_pending": false,
             "family_counts": {"token": 0, "certificate": 3}, "examples": ["credential/crd_1"], "audit_index": 4811,
             \(checkpoint)}
            """),
        WireExample(
            CaseAnswer.self,
            """
            {"id": "cas_1", "state": "applied", "audit_index": 5, \(checkpoint),
             "plan": {"target": "person/ada", "transfer_to": "person/ben", "reason": "left", "ends": ["person/ada"],
                      "passes": [{"workload": "workload/deploy", "to": "person/ben"}],
                      "strands": ["workload/assistant"], "dies": \(dies)},
             "receipt": {"id": "rcp_1", "note": "n", "counts": {"token": 1, "certificate": 0}, "dead_root": "q83v",
                         "marks": [{"kind": "i", "number": "12", "object": "person/ada", "cut": 5, "audit_index": 5,
                                    "proof": \(proof)}],
                         "examples": [], "revocation_seconds": {"service-tls": 3600}, "states": ["recorded"]}}
            """),
        WireExample(
            PlanAnswer.self,
            """
            {"id": "pln_1", "base_version": 12, "estate": "example", "expires_at": "2026-11-24T11:00:00Z",
             "changes": [{"action": "change", "object": "workload/deploy",
                          "fields": [{"field": "owner", "from": "person/a", "to": "person/b"}],
                          "warnings": [{"code": "mutable-claim", "detail": "d"}]}],
             "dies": \(dies), "warnings": [{"code": "w", "detail": "d"}], "audit_index": 12, \(checkpoint)}
            """),
        WireExample(
            ApplicationAnswer.self,
            """
            {"plan": "pln_1", "estate": "example", "changes": [], "dies": \(dies), "operation": "opr_1",
             "audit_index": 13, \(checkpoint)}
            """),
        WireExample(
            RotationAnswer.self,
            """
            {"id": "rot_1", "kind": "token-keys", "audience": "registry", "environment": "production",
             "keys": [{"id": "key_1", "purpose": "token-ring/production", "state": "staged", "kid": "00ff",
                       "sign_from": "2026-11-24T10:01:00Z", "sign_until": "2026-12-24T10:00:00Z",
                       "verify_until": "2026-12-25T10:00:00Z"}], "audit_index": 13, \(checkpoint)}
            """),
        WireExample(
            AudienceKeySetAnswer.self,
            """
            {"keys": [{"kty": "oct", "kid": "00ff", "k": "AAAA", "alg": "HS256", "use": "sig",
                       "sign_from": "2026-11-24T10:01:00Z", "sign_until": "2026-12-24T10:00:00Z",
                       "verify_until": "2026-12-25T10:00:00Z"}], "audience": "registry", "issuer": "https://t"}
            """),
        WireExample(
            AuditEntriesAnswer.self,
            #"{"items": [{"index": 0, "leaf_hash": "q83v", "body": "{}"}], "next_since": 1, \#(checkpoint)}"#),
        WireExample(AuditKeyAnswer.self, #"{"origin": "t/tenure/0a", "vkey": "t+1+AQ"}"#),
        WireExample(
            InclusionProofAnswer.self,
            #"{"index": 7, "size": 9, "leaf_hash": "q83v", "root": "AAAA", "hashes": ["AQID"], \#(checkpoint)}"#),
        WireExample(
            ConsistencyProofAnswer.self,
            #"{"from": 7, "to": 9, "from_root": "AAAA", "to_root": "AQID", "hashes": [], \#(checkpoint)}"#),
        WireExample(
            OperationAnswer.self,
            #"{"operation": "opr_1", "outcome": "recorded", "index": 7, "kind": "credential", "id": "crd_1"}"#),
        WireExample(
            StatusAnswer.self,
            """
            {"state": "ok", "version": "0.1.0", "development": true, "at": "2026-11-24T10:00:00Z", "issuing": true,
             "parts": [{"name": "store", "state": "ok", "detail": "d", "since": "2026-11-24T09:00:00Z"}],
             "identities": 7, "entitlements": 5, "next_rotation": "2026-12-24T10:00:00Z", \(checkpoint)}
            """),
        WireExample(
            BundleAnswer.self,
            #"""
            {"version": 1, "trust_domain": "t", "roots": ["-"], "issuers": ["-"],\#
            "next_change": "2027-01-01T00:00:00Z"}
            """#
        ),
        WireExample(
            IdentityAnswer.self,
            """
            {"id": "wkl_1", "reference": "workload/deploy", "kind": "workload", "name": "deploy", "state": "active",
             "version": 1, "class": "ci_job", "owner": "person/owner", "backup_owner": "person/backup",
             "purpose": "p", "environment": "production", "members": [], \(object)}
            """),
        WireExample(
            OwnerAnswer.self,
            #"{"owner": "person/ada", "state": "active", "owns": ["workload/deploy"], "backs": []}"#),
        WireExample(
            TrustAnswer.self,
            """
            {"id": "tru_1", "name": "t", "identity": "workload/deploy", "state": "active", "version": 2,
             "method": "oidc", "preset": "github", "issuer": {"url": "https://i"}, "audience": "tenure",
             "claims": {"sub": "deploy"}, "presentations": 20, "ends": "2026-11-24T11:00:00Z", "secret": "s", \(object)}
            """),
        WireExample(
            ProfileAnswer.self,
            """
            {"id": "prf_1", "name": "ci-token", "kind": "token", "state": "active", "version": 2,
             "environment": "production", "approval": "none", "lifetime_seconds": 900, "max_lifetime_seconds": 86400,
             "audiences": ["registry"], "scopes": ["push"], "bare": false, "keys": [], "names": [], "usages": [],
             "revocation_seconds": 3600, "spiffe": true, "foreign_consumers": false, "acts": [], "scope": "team",
             \(object)}
            """),
        WireExample(
            EntitlementAnswer.self,
            """
            {"id": "ent_1", "version": 3, "identity": "workload/deploy", "profile": "profile/ci-token",
             "state": "active", "approval": "other", "constraints": {"uses": 3}, "justification": "j",
             "starts": "2026-11-24T00:00:00Z", "ends": "2027-01-01T00:00:00Z", "review": "2026-12-01T00:00:00Z",
             "granted_by": "person/ada", "approved_by": "policy/ci-token@1", \(object)}
            """),
        WireExample(
            IntrospectionAnswer.self,
            """
            {"active": true, "scope": "push pull", "client_id": "wkl_1", "token_type": "Bearer", "exp": 1, "iat": 1,
             "nbf": 1, "sub": "wkl_1", "aud": "registry", "iss": "https://t", "jti": "crd_1", "own": "prs_1",
             "ent": "ent_1@3", "idx": 7}
            """),
        WireExample(IntrospectionAnswer.self, #"{"active": false}"#),
        WireExample(
            TokenExchangeAnswer.self,
            """
            {"access_token": "tnr_", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
             "token_type": "Bearer", "expires_in": 600, "scope": "push", "id": "crd_1", "entitlement": "ent_1@1",
             "audit_index": 12, "checkpoint": {"size": 13, "root": "r", "note": "n"}}
            """),
        WireExample(
            AuthorizationServerAnswer.self,
            """
            {"issuer": "https://b", "token_endpoint": "https://b/oauth2/token",
             "introspection_endpoint": "https://b/oauth2/introspect", "revocation_endpoint": "https://b/oauth2/revoke",
             "grant_types_supported": ["urn:ietf:params:oauth:grant-type:token-exchange"],
             "response_types_supported": ["none"], "token_endpoint_auth_methods_supported": ["none"],
             "introspection_endpoint_auth_methods_supported": ["Bearer"],
             "revocation_endpoint_auth_methods_supported": ["Bearer"]}
            """),
        WireExample(OAuthErrorAnswer.self, #"{"error": "invalid_request", "error_description": "d"}"#),
        WireExample(
            Problem.self,
            """
            {"type": "urn:tenure:problem:invalid", "title": "t", "status": 400, "detail": "d", "instance": "opr_1",
             "errors": [{"field": "scope.0", "detail": "d"}], "operation": "opr_1"}
            """),
        WireExample(
            ReadyFile.self,
            """
            {"url": "https://localhost:1", "ca_file": "/root.pem", "admin_token_file": "/admin.token",
             "oidc_issuer": "https://localhost:1/dev/oidc", "http_url": "http://localhost:2", "audit_vkey": "k",
             "pid": 123, "data": "/d"}
            """),
        WireExample(
            CredentialExplanationAnswer.self,
            """
            {"credential": {"id": "crd_1", "kind": "token", "state": "revoked", "identity": "workload/deploy",
               "owner": "person/owner", "environment": "production", "purpose": "p", "entitlement": "ent_1@3",
               "profile": "profile/ci-token", "trust": "trust/deploy-dev", "not_before": "2026-11-24T10:00:00Z",
               "not_after": "2026-11-24T10:10:00Z", "audience": "registry", "scope": ["push"], "serial": "0a",
               "replaces": "crd_0", "audit_index": 7},
             "identity": {"reference": "workload/deploy", "id": "wkl_1", "version": 1, "state": "active"},
             "owner": {"reference": "person/owner", "id": "prs_1", "version": 1, "state": "ended"},
             "entitlement": {"version": "ent_1@3", "profile": "profile/ci-token@2", "justification": "j",
               "granted_by": "person/ada", "granted_at": "2026-11-24T00:00:00Z", "approved_by": "policy/ci-token@1",
               "approved_at": "2026-11-24T00:00:00Z", "constraints": {"uses": 1}, "ends": "2027-01-01T00:00:00Z",
               "audit_index": 4},
             "authentication": {"how": "oidc", "trust": "trust/deploy-dev", "issuer": "https://i", "session": "ses_1",
               "credential": "credential/crd_0", "source": "127.0.0.1"},
             "recorded_at": "2026-11-24T10:00:00.123Z", "audit_index": 7, "proof": \(proof),
             "end": {"cause": "mark", "kind": "i", "number": "12", "object": "workload/deploy", "cut": 9,
               "reason": "keyCompromise", "by": "person/ada", "at": "2026-11-24T10:05:00Z", "audit_index": 9},
             "revocation_seconds": 3600, \(checkpoint)}
            """),
        WireExample(
            LoginExplanationAnswer.self,
            """
            {"id": "lgn_1", "at": "2026-11-24T10:00:00Z", "outcome": "refused", "method": "oidc", "source": "127.0.0.1",
             "issuer": "https://i", "identity": "workload/deploy", "detail": "d", "audit_index": 7,
             "attempts": [{"trust": "trust/t", "identity": "workload/deploy",
               "bounds": [{"bound": "claim:ref", "expected": "refs/heads/main", "actual": "refs/heads/x",
                           "met": false}]}]}
            """),
        WireExample(
            PageAnswer<OwnerAnswer>.self,
            #"{"items": [{"owner": "team/a", "state": "active", "owns": [], "backs": []}], "next_page_token": "x"}"#),
    ]
}
