#include "test/support/steady_load.h"

#include <gtest/gtest.h>

#include "test/support/http_client.h"

namespace outrigger::test {

SteadyLoad::SteadyLoad(uint16_t port, int clients) {
  for (int i = 0; i < clients; ++i) threads_.emplace_back([this, port] { Run(port); });
}

void SteadyLoad::Stop() {
  is_stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void SteadyLoad::WaitForMore(uint64_t count) {
  const uint64_t until = answered_ + count;
  while (answered_ < until && failed_ == 0) std::this_thread::yield();
}

void SteadyLoad::Run(uint16_t port) {
  HttpClient client(port);
  while (!is_stopping_) {
    const auto answer = client.Get("/");
    if (answer.has_value() && answer->status == 200) {
      ++answered_;
    } else {
      ++failed_;
      ADD_FAILURE() << (answer.has_value() ? answer->head + answer->body : client.failure());
      break;
    }
  }
  connections_ += static_cast<uint64_t>(client.connections());
}

}  // namespace outrigger::test
