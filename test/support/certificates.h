// Certificate authorities and certificates for tests, made on the spot: P-256, valid for a day.
//
// Thread: any (values after construction).
#pragma once

#include <openssl/base.h>

#include <string>

namespace outrigger::test {

struct Identity {
  std::string chain_pem;
  std::string key_pem;
};

class Authority {
 public:
  struct Request {
    // In OpenSSL's words: "DNS:a.test,URI:spiffe://x,IP:127.0.0.1"; empty: the extension is absent.
    std::string names = {};
    long valid_from_seconds = -3600;  // from now
    long valid_to_seconds = 24 * 3600;
    std::string extended_key_usage = {};  // "serverAuth"; empty: the extension is absent
  };

  explicit Authority(const std::string& name = "test authority");
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  const std::string& pem() const { return pem_; }
  Identity IssueAs(const Request& request) const;
  Identity Issue(const std::string& names) const { return IssueAs({names}); }

 private:
  bssl::UniquePtr<EVP_PKEY> key_;
  bssl::UniquePtr<X509> certificate_;
  std::string pem_;
};

// A PEM text as one scalar of YAML in flow style.
std::string YamlQuoted(const std::string& pem);

}  // namespace outrigger::test
