// An admin server on a loop of the test's own, behind a real socket, and a raw client.
//
// Thread: the test's.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/admin_server.h"
#include "test/support/loopback.h"

namespace outrigger::admin {

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  size_t bytes = 0;  // of the whole message
};

// A chunked body put together; nothing while its last chunk has not come. `size` is set to the
// bytes it took.
inline std::optional<std::string> Unchunked(std::string_view bytes, size_t& size) {
  std::string body;
  size = 0;
  while (true) {
    const size_t line_end = bytes.find("\r\n", size);
    if (line_end == bytes.npos) return std::nullopt;
    const size_t length = std::stoul(std::string(bytes.substr(size, line_end - size)), nullptr, 16);
    size = line_end + 2;
    if (bytes.size() < size + length + 2) return std::nullopt;
    body += bytes.substr(size, length);
    size += length + 2;
    if (length == 0) return body;
  }
}

// The first message in `bytes`; nothing while it is not complete.
inline std::optional<Answer> ParseAnswer(std::string_view bytes) {
  const size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == bytes.npos) return std::nullopt;
  Answer answer;
  answer.head = bytes.substr(0, head_end + 2);
  answer.status = std::stoi(answer.head.substr(9, 3));
  const std::string_view rest = bytes.substr(head_end + 4);
  size_t size = 0;
  if (answer.head.find("\r\ntransfer-encoding: chunked\r\n") != std::string::npos) {
    std::optional<std::string> body = Unchunked(rest, size);
    if (!body.has_value()) return std::nullopt;
    answer.body = *std::move(body);
  } else {
    const size_t at = answer.head.find("\r\ncontent-length: ");
    size = at == std::string::npos ? 0 : std::stoul(answer.head.substr(at + 18));
    if (rest.size() < size) return std::nullopt;
    answer.body = rest.substr(0, size);
  }
  answer.bytes = head_end + 4 + size;
  return answer;
}

class AdminTest : public testing::Test {
 protected:
  AdminTest() {
    sources_.version = "1/1.40.0/test";
    sources_.concurrency = 2;
    sources_.command_line.config_path = "/etc/b.yaml";
    sources_.command_line.has_config_yaml = true;
    sources_.command_line.log_level = "info";
    sources_.command_line.service_node = "n1";
    sources_.command_line.drain_time = std::chrono::seconds(600);
    sources_.command_line.mode = "Serve";
    sources_.started_at = world_.clock.Now() - std::chrono::seconds(65);
    sources_.quit = [this] { did_quit_ = true; };
    sources_.set_fails_health = [this](bool fails) { fails_health_ = fails; };
    sources_.drain_listeners = [this](const ListenerDrain& drain) { drains_.push_back(drain); };
    sources_.with_ledger = [this](auto on_ledger) {
      if (holds_ledgers_) {
        waiting_.push_back(std::move(on_ledger));
      } else {
        world_.loop.Post([this, on_ledger = std::move(on_ledger)] { on_ledger(ledger_); });
      }
    };
    sources_.serialized_node = std::string("\x0a\x02n1", 4);  // Node{id: "n1"}
    // Bootstrap{node: Node{id: "n1"}}.
    sources_.serialized_bootstrap = std::string("\x0a\x04\x0a\x02n1", 6);
    fcntl(listener_.fd(), F_SETFL, fcntl(listener_.fd(), F_GETFL) | O_NONBLOCK);
    Restart();
  }
  ~AdminTest() override {
    server_.reset();
    world_.RunTurns(1);
  }

  // Serves `sources_` as they are now.
  void Restart() {
    server_.reset();
    server_ = std::make_unique<AdminServer>(world_.net, sources_, listener_.fd());
  }
  LoopbackPeer Connect() { return ConnectTo(listener_.address()); }
  // What the next whole message on the connection is, after `skip` bytes.
  Answer Await(LoopbackPeer& peer, size_t skip = 0) {
    std::optional<Answer> answer;
    EXPECT_TRUE(world_.RunUntil([&] {
      peer.Receive();
      answer = ParseAnswer(std::string_view(peer.received()).substr(skip));
      return answer.has_value();
    })) << peer.received();
    return answer.value_or(Answer());
  }
  // One request on a connection of its own.
  Answer Ask(std::string_view request) {
    LoopbackPeer peer = Connect();
    peer.Send(request);
    if (!request.starts_with("HEAD ")) return Await(peer);
    EXPECT_TRUE(world_.RunUntil([&] {
      peer.Receive();
      return peer.received().ends_with("\r\n\r\n");
    }));
    return {std::stoi(peer.received().substr(9, 3)), peer.received(), {}, peer.received().size()};
  }
  Answer Get(std::string_view target) {
    return Ask(std::string("GET ").append(target).append(" HTTP/1.1\r\nhost: a\r\n\r\n"));
  }
  Answer Post(std::string_view target) {
    return Ask(std::string("POST ").append(target).append(
        " HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"));
  }

  LoopWorld world_;
  LoopbackListener listener_;
  stats::Registry stats_;
  std::atomic<ServerState> state_ = ServerState::kLive;
  std::shared_ptr<ConfigLedger> ledger_ = std::make_shared<ConfigLedger>();
  std::atomic<bool> fails_health_ = false;
  std::atomic<int64_t> running_on_saved_ = 0;
  std::vector<ListenerDrain> drains_;
  AdminSources sources_{stats_, state_, fails_health_, running_on_saved_};
  bool did_quit_ = false;
  // While set, questions for the ledger stay open.
  bool holds_ledgers_ = false;
  std::vector<std::function<void(std::shared_ptr<const ConfigLedger>)>> waiting_;
  std::unique_ptr<AdminServer> server_;
};

}  // namespace outrigger::admin
