/// Keys and tokens that OpenSSL 3.0 and PyJWT 2.15 made, of owners `a` and `b`.
enum Vectors {
    /// Signed by `a`, who calls the key `a-rs`.
    static let rs256 = """
        eyJhbGciOiJSUzI1NiIsImtpZCI6ImEtcnMiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.VfqVDchvYL4gUe3M_Lg633BrYZ8H-TgctvPQOPax8\
        tsbtjYNLy4MYQGwP5v4OMag_B5fv0BEmGqL6z9X30MbDM2EoW-D7BPYJf9b-HY6yJp7-wCVISTXs4IN08mSt\
        VuMYLbKhT40xp65AInwYNnqy23AL4tiuf7PFPGxXGOx45O21-BkpLvkCjWLj-foHlqriVvZ-QG7PQ9Z2vIVg\
        SG3GBbo89AAKk12IziijQRM9fIRTPHv697GAA6ybhVA8tCGsc_c8UFQYxgiwSB4Bm9d2VcJ6cWiowq3xorKW\
        r6vTkc1DsuEY3iOl79teMs0wfuwaKYsprPE0j6zUX3xlOspCA
        """

    /// Signed by `a`, who calls the key `a-rs`.
    static let rs384 = """
        eyJhbGciOiJSUzM4NCIsImtpZCI6ImEtcnMiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.e46xSX2B1q05pKElQd9EkoPEV0mHRwvrSyH-y7muS\
        n6EHRTVPaPa4xuYuJcTC7g9bAdD_t_DWAttY5H04kDszhph_UxDfcDXzq2ibz-60kaDLPpcpcNCD42sT_aha\
        kblba5jkrYzfwEeo3wwiDmW16kLEI1W_eWSQ54QO9MjSj1yo5plnB6KBvx3wkULkijQhmnkxkpa4C26uyoAQ\
        d30DzFkOjaQVvWDGtJ-Zibg4fK_eQaprHosOXMk3Q8qWQp1ODkdd_q0vykEeMDXLBr1um4u6VtfpnPsPl8FS\
        j0oHw5Vn5PYTTJeOngiE3WSFC2Ey_30Axz8DTDxg1piwVWBJQ
        """

    /// Signed by `a`, who calls the key `a-rs`.
    static let rs512 = """
        eyJhbGciOiJSUzUxMiIsImtpZCI6ImEtcnMiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.N_JEbJHjbYHpwx7c-tNPFWbfqvPBh4LMzmvIC_xBc\
        np2qTuOYPDD-eQ6SlB9L0JGL-2OrvURb2GUeCK7JOhIKg-KvXN9ulieiAFCz9fK5KGcynRpUrvkskAkEoT36\
        799sIPcC3jNdfi_zBjEowr3hawCMPBz4FrncXc7CRZlSZvTUlz4vh4OvGVdja_o_a4BD0QRAZsAOr42jUYrR\
        VKKtB_qWBf_JzpU89Fohupsv5wwRYD4qvawxbMmUtBSSVDlthCn-9Wl0ezqe0oPSHENaT899S3GpPdNtdfxJ\
        jndaFpPCdUXgQ6TnpVtn4bzKrQaqg9590vKLqycOjcaII0dLw
        """

    /// Signed by `a`, who calls the key `a-ec`.
    static let es256 = """
        eyJhbGciOiJFUzI1NiIsImtpZCI6ImEtZWMiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.oPR9OiL9UwgFbTUu4EXyqdPQXsyYHyxzbi9NKNTpH\
        Ej025BB1J0dHAOe82AlOVBbVZXrNtt_duscbVKI2QNXmw
        """

    /// Signed by `a`, who calls the key `a-ed`.
    static let edDSA = """
        eyJhbGciOiJFZERTQSIsImtpZCI6ImEtZWQiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.vvKYpRHHVWldqJUcxmNQpgHN1sq2UDkukEdbv1Zcd\
        uj5v5sJY7PJiVCFCGptgOxrL90BHkvD51hJLf3xtKkuBw
        """

    /// Signed by `b`, who calls the key `b-ec`.
    static let es256OfB = """
        eyJhbGciOiJFUzI1NiIsImtpZCI6ImItZWMiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.0urQLVrjPn_CfjR6cQb4tO0iu9ybUaQbIVNdstuxM\
        Qb25_-nd0wK21DdhMulGc1dGE1ylhfwj2HddtJLxdVjOA
        """

    /// Signed by `a`, naming no key.
    static let es256Unnamed = """
        eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYXV0aGVudGljYXRlZCIsImV4cCI6MjAwMDA\
        wMDAwMCwic3ViIjoiYW5uIn0.obfiABYmVSbgVY7rxAYZLkNyFTJQAvIMYFYulc21pHzMhBoejze4piakApy\
        VwvFsD524pcKy-w3GiJeO2g7bCg
        """

    /// By the right key, its signature in the form that X.509 has.
    static let es256InDER = """
        eyJhbGciOiJFUzI1NiIsImtpZCI6ImEtZWMiLCJ0eXAiOiJKV1QifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZ\
        CIsImV4cCI6MjAwMDAwMDAwMCwic3ViIjoiYW5uIn0.MEUCIQD900cBX03A3DVJRmbErJyccQbl-U_WtoInL\
        AzKpxXVMAIgapfNBaOqnLGPm70zX1w2ldrQziGB1ulcRbrpGV8C9ag
        """

    /// EdDSA by the name of its curve.
    static let ed25519 = """
        eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoiYS1lZCJ9.eyJyb2xlIjoiYXV0aGVudGljYXRlZCIsImV4cCI6MjA\
        wMDAwMDAwMCwic3ViIjoiYW5uIn0.BcnR2nstm3OMjQgeg8D-deRVlDY1UQrcTRSaLhl2OPZGfniIvk123Cn\
        af9NEfKy79EX86iqhenUn0bKzNz9zBQ
        """

    /// The RSA key of `a`.
    static let rsaPublic = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAorkkgoidfh2Jardik8Vn
        yFlG3vbjh7hdxJL2oWgrYHRGQw22knjBk8lYz9CSjVokIxQ+diTBMCqN7hHIMts5
        OTQkqxdXT8f6uJIhYDwSpKbR0BrfTr10emJs0qjpTgcCZ4O1hyATBavnzAdzYTkN
        EbS5QqzmPQTlO6pgMLi8bnpfvQAuwWN8p2SCfe13DF40tZ04Lg7E1gmt6xFDdMLV
        RXEvZ1L8nu+bLpOBv25M9pMVMZ7S0eHZBSddQ9SHj+dejYb1Zmk9XDl6+sOsSrT/
        6pHpBqOfKcgA+gxkJPcbqcrFiu9xxpG/JImtwBCVA9rWLZoUZrdXG9QFH4m8YnQh
        xwIDAQAB
        -----END PUBLIC KEY-----
        """

    /// The same in the older form.
    static let rsaPublicPKCS1 = """
        -----BEGIN RSA PUBLIC KEY-----
        MIIBCgKCAQEAorkkgoidfh2Jardik8VnyFlG3vbjh7hdxJL2oWgrYHRGQw22knjB
        k8lYz9CSjVokIxQ+diTBMCqN7hHIMts5OTQkqxdXT8f6uJIhYDwSpKbR0BrfTr10
        emJs0qjpTgcCZ4O1hyATBavnzAdzYTkNEbS5QqzmPQTlO6pgMLi8bnpfvQAuwWN8
        p2SCfe13DF40tZ04Lg7E1gmt6xFDdMLVRXEvZ1L8nu+bLpOBv25M9pMVMZ7S0eHZ
        BSddQ9SHj+dejYb1Zmk9XDl6+sOsSrT/6pHpBqOfKcgA+gxkJPcbqcrFiu9xxpG/
        JImtwBCVA9rWLZoUZrdXG9QFH4m8YnQhxwIDAQAB
        -----END RSA PUBLIC KEY-----
        """

    /// The P-256 key of `a`.
    static let ecPublic = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEd1XN5P6yQqPljemJN4DnkUpW7cWn
        aSiOL0PS/RX9HgSOiz4uziAf/QwuP4Jeustayu3t9CIBv8JjtpFATJEwxA==
        -----END PUBLIC KEY-----
        """

    /// The Ed25519 key of `a`.
    static let edPublic = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEASEsoaxsb++oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM=
        -----END PUBLIC KEY-----
        """

    /// The P-256 key of `b`.
    static let ecPublicOfB = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEC7ZkM44bIRk3xD0q1m4+iPnpmONi
        QVIz6bLCcZNoBupGqAGd4KwBsLEcieKbJXMgKfWgv5bovF6w56z6LNUyYQ==
        -----END PUBLIC KEY-----
        """

    /// A key of a curve that is not served.
    static let p384Public = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEKToLe6T1OobA7UCJSgOWzZc1RZ46MT+D
        QsGTcjC59iYYTO06YSCE8X2Uw393/mjGMDw2YBUpqNUZSmqCl2KZP1VmW19kQGgk
        n/Du4+MAcvEGLbc+4X2dHc3G+XyG9eNK
        -----END PUBLIC KEY-----
        """

    /// Another.
    static let ed448Public = """
        -----BEGIN PUBLIC KEY-----
        MEMwBQYDK2VxAzoAEep1NnT438slHYqhi2dOq684b8wDTGdLOy6/U7/312+8kPtz
        5agYmGDwsgZ8f4KO4Z0M4rrLtYyA
        -----END PUBLIC KEY-----
        """

    /// A key that is too short.
    static let rsa1024Public = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCzDIAwHiXxJ1slnF/WJi7XqCIL
        jrYDmXhk4oZ3DSdkCk3TUY4FnmTKL5DFxGHS/NJW4F32v2YJWULQWlddiVHf+rrq
        fsWJMhmhdth/7wx40HF4MUmTpja+5HMo5PYDVchTxYjW59i/Nfkn1wDAqqQc1lsp
        7OW+9NyuV2MLZSGEswIDAQAB
        -----END PUBLIC KEY-----
        """

    /// The private key to ``ecPublic``.
    static let ecPrivate = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNuLcBW3hP8nrqk5O
        VoRk8VJBhmvu6FXjBvm6bmyPEMKhRANCAAR3Vc3k/rJCo+WN6Yk3gOeRSlbtxadp
        KI4vQ9L9Ff0eBI6LPi7OIB/9DC4/gl66y1rK7e30IgG/wmO2kUBMkTDE
        -----END PRIVATE KEY-----
        """

    /// The same in the older form.
    static let ecPrivateSEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIDbi3AVt4T/J66pOTlaEZPFSQYZr7uhV4wb5um5sjxDCoAoGCCqGSM49
        AwEHoUQDQgAEd1XN5P6yQqPljemJN4DnkUpW7cWnaSiOL0PS/RX9HgSOiz4uziAf
        /QwuP4Jeustayu3t9CIBv8JjtpFATJEwxA==
        -----END EC PRIVATE KEY-----
        """

    /// The private key to ``edPublic``.
    static let edPrivate = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIM/Xz0jXm6h7MF4fKYI8LZ7N3c+wPicBspb8JUjf4vPP
        -----END PRIVATE KEY-----
        """

    /// The private key to ``rsaPublic``.
    static let rsaPrivate = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCiuSSCiJ1+HYlq
        t2KTxWfIWUbe9uOHuF3EkvahaCtgdEZDDbaSeMGTyVjP0JKNWiQjFD52JMEwKo3u
        Ecgy2zk5NCSrF1dPx/q4kiFgPBKkptHQGt9OvXR6YmzSqOlOBwJng7WHIBMFq+fM
        B3NhOQ0RtLlCrOY9BOU7qmAwuLxuel+9AC7BY3ynZIJ97XcMXjS1nTguDsTWCa3r
        EUN0wtVFcS9nUvye75suk4G/bkz2kxUxntLR4dkFJ11D1IeP516NhvVmaT1cOXr6
        w6xKtP/qkekGo58pyAD6DGQk9xupysWK73HGkb8kia3AEJUD2tYtmhRmt1cb1AUf
        ibxidCHHAgMBAAECggEAK9858j2uJLIG+jA+UjQPgqtbWcL73nw9P8IV37ertkIz
        LWH1nvES0+sd2E3WLWknxBNxsb3AHmHiyVSfAuMrPvqJhl1xK2/x77Bqcj1QE3ds
        qyyLl3mp/VMrHvLukByAr/MJTsi9iDJseQxrNcPBe8wbhNgD7WC0A02wyIIOP8St
        j+V6GeyrxNm4/hWX8FA6DsndAHb0ZHofFOHIim369ecpw/ZCE8mlJ1cAldfia6Zv
        9RLhj7MCbpUHqz9mrIZnu77Kg4WuC8DxEMqtPcc82Kjw+9+nG11O8eiRvMlWsQjG
        TzjF++ZLHfPKU1SD694qCUS7E4/VY1c6OV2vMHgY5QKBgQDSFDUL17JcQ+hkx/c0
        sJpbWEry7RG+EZ+2ruyOPdv5rFqY3FieqCT7SfnTvPcSvxNinA7VJB00TDvvTY+H
        ClJH4+rsouW9AIfuejORR1nrsvR71fOtEPIebKFSpoYVNJcRIVI6H0re+f8Yhqub
        daChgPTCRdHSKWp93B6kqMm+wwKBgQDGSvW3pLHn9OOSVjGECtEbkX6i9YUPATpm
        ZzYuiwyYEesbPSdwfJDCZ3hol2mcpGT+hFaZ3jzOmWpfM6IreShWBlHFX9bJPCj6
        YK2S+fXgdaCxCLgwlaVLTnd0I6Kl1JBnHE+X+dsXErPIj8EAILARqh73YmgNR1zD
        Zxb3RPVorQKBgQDQy/bBM3v5yiDDciAYRWLVYRb1BX057ShRmOBSq9bj+1L8VRzb
        bAF9pNPiiBEFl9X7j2IKo99G6HI1cWAy9qY6/6Ox2GIAjPONqfVw8nrEEdR+9HJB
        0/LhHFTm4c2oa+Gty/F/BTUUE2NgjBEp7Spe+t3J7T0S5ckLGOl3/K6vowKBgA1F
        QwCRUx608u3+Or4dgzUXHaSGTetdJ61mxueCgstCl7tw8kzC6WU5S4Okbnr/PYsT
        DECr8OHavpW0fOvv5dUsAxj0ewlor01iXvtxIxVsid6PONR3j2Jk0/W/1MjIWwmr
        iWAgZps6szF+/WmmxmHIQt5HhbMtzXV+VrkhslLZAoGBAJiYD49f3YS7DWKb3qAu
        1j5MqqmTiGOCB358abd1dE3UzCa4+nr7dZPi4plmEnH5UmMCxWjq2n9exqwB24LF
        c+fu7BpQP4FxolfCAr2OXduZDMaABAntWq8+ZvEcvaJvh3FgBUe4vPoatoY1D8VE
        Kec230gCualbEBRGd40iP1xH
        -----END PRIVATE KEY-----
        """

    /// The public keys of `a`: `a-rs` for RS256 only, `a-ec`, and `a-ed` for whatever it can.
    static let jwks = #"""
        {"keys":[{"kty":"RSA","n":"orkkgoidfh2Jardik8VnyFlG3vbjh7hdxJL2oWgrYHRGQw22knjBk8lYz\#
        9CSjVokIxQ-diTBMCqN7hHIMts5OTQkqxdXT8f6uJIhYDwSpKbR0BrfTr10emJs0qjpTgcCZ4O1hyATBavnz\#
        AdzYTkNEbS5QqzmPQTlO6pgMLi8bnpfvQAuwWN8p2SCfe13DF40tZ04Lg7E1gmt6xFDdMLVRXEvZ1L8nu-bL\#
        pOBv25M9pMVMZ7S0eHZBSddQ9SHj-dejYb1Zmk9XDl6-sOsSrT_6pHpBqOfKcgA-gxkJPcbqcrFiu9xxpG_J\#
        ImtwBCVA9rWLZoUZrdXG9QFH4m8YnQhxw","e":"AQAB","kid":"a-rs","alg":"RS256","use":"sig"\#
        },{"kty":"EC","crv":"P-256","x":"d1XN5P6yQqPljemJN4DnkUpW7cWnaSiOL0PS_RX9HgQ","y":"j\#
        os-Ls4gH_0MLj-CXrrLWsrt7fQiAb_CY7aRQEyRMMQ","kid":"a-ec","alg":"ES256","use":"sig","\#
        key_ops":["verify"]},{"x":"SEsoaxsb--oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM","kty":"OKP",\#
        "crv":"Ed25519","kid":"a-ed"}]}
        """#

    /// The public key of `b`, named `b-ec`.
    static let jwksOfB = #"""
        {"keys":[{"kty":"EC","crv":"P-256","x":"C7ZkM44bIRk3xD0q1m4-iPnpmONiQVIz6bLCcZNoBuo"\#
        ,"y":"RqgBneCsAbCxHInimyVzICn1oL-W6LxesOes-izVMmE","kid":"b-ec","alg":"ES256"}]}
        """#

    /// The entry `a-ec` by itself.
    static let ecJWK = #"""
        {"kty":"EC","crv":"P-256","x":"d1XN5P6yQqPljemJN4DnkUpW7cWnaSiOL0PS_RX9HgQ","y":"jos\#
        -Ls4gH_0MLj-CXrrLWsrt7fQiAb_CY7aRQEyRMMQ","kid":"a-ec","alg":"ES256","use":"sig","ke\#
        y_ops":["verify"]}
        """#

    /// The entry `a-rs` by itself.
    static let rsaJWK = #"""
        {"kty":"RSA","n":"orkkgoidfh2Jardik8VnyFlG3vbjh7hdxJL2oWgrYHRGQw22knjBk8lYz9CSjVokIx\#
        Q-diTBMCqN7hHIMts5OTQkqxdXT8f6uJIhYDwSpKbR0BrfTr10emJs0qjpTgcCZ4O1hyATBavnzAdzYTkNEb\#
        S5QqzmPQTlO6pgMLi8bnpfvQAuwWN8p2SCfe13DF40tZ04Lg7E1gmt6xFDdMLVRXEvZ1L8nu-bLpOBv25M9p\#
        MVMZ7S0eHZBSddQ9SHj-dejYb1Zmk9XDl6-sOsSrT_6pHpBqOfKcgA-gxkJPcbqcrFiu9xxpG_JImtwBCVA9\#
        rWLZoUZrdXG9QFH4m8YnQhxw","e":"AQAB","kid":"a-rs","alg":"RS256","use":"sig"}
        """#

    /// The entry `a-ed` by itself.
    static let edJWK = #"""
        {"x":"SEsoaxsb--oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM","kty":"OKP","crv":"Ed25519","kid"\#
        :"a-ed"}
        """#
}
