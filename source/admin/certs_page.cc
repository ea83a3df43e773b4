#include <fmt/format.h>

#include "admin/json_builder.h"
#include "admin/pages.h"
#include "admin/time_text.h"

namespace outrigger::admin {

namespace {

void WriteCertificate(const CertificateDetails& certificate, WallTime now, JsonBuilder& json) {
  json.BeginObject();
  json.StringField("path", certificate.path.empty() ? "<inline>" : certificate.path);
  json.StringField("serial_number", certificate.serial_number);
  json.Key("subject_alt_names");
  json.BeginArray();
  for (const CertificateDetails::Name& name : certificate.names) {
    json.BeginObject();
    json.StringField(name.kind, name.text);
    json.EndObject();
  }
  json.EndArray();
  json.StringField("days_until_expiration", fmt::to_string(certificate.DaysLeft(now)));
  json.StringField("valid_from", TimestampInSeconds(certificate.valid_from));
  json.StringField("expiration_time", TimestampInSeconds(certificate.expires_at));
  json.EndObject();
}

}  // namespace

// The fields of envoy.admin.v3.Certificates: an entry for each distinct TLS context in use.
void ServeCerts(const AdminRequest& request, AdminResponse& response) {
  JsonBuilder json;
  json.BeginObject();
  json.Key("certificates");
  json.BeginArray();
  for (const auto& context : request.ledger->tls_contexts) {
    const ContextCertificates& certificates = context->certificates();
    json.BeginObject();
    json.Key("ca_cert");
    json.BeginArray();
    if (certificates.trusted.has_value()) {
      WriteCertificate(*certificates.trusted, request.wall_now, json);
    }
    json.EndArray();
    json.Key("cert_chain");
    json.BeginArray();
    for (const CertificateDetails& own : certificates.own) {
      WriteCertificate(own, request.wall_now, json);
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  response.content_type = kJsonType;
  response.body = json.Take();
}

}  // namespace outrigger::admin
