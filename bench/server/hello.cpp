// bench/server/hello.cpp
// A bare Beast server that answers every request with the same bytes: what is left for us to lose.
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;

net::awaitable<void> answer(beast::tcp_stream stream) {
    beast::flat_buffer buffer;
    try {
        while (true) {
            http::request<http::string_body> request;
            stream.expires_after(std::chrono::seconds(300));
            co_await http::async_read(stream, buffer, request, net::use_awaitable);
            http::response<http::string_body> response(http::status::accepted, request.version());
            response.set(http::field::content_type, "application/json");
            response.keep_alive(request.keep_alive());
            response.body() = R"({"data":{"fields":["1"],"values":[[1]]}})";
            response.prepare_payload();
            co_await http::async_write(stream, response, net::use_awaitable);
            if (response.need_eof()) {
                co_return;
            }
        }
    } catch (const std::exception&) {
        co_return;  // the client went away
    }
}

net::awaitable<void> accept(tcp::acceptor& acceptor) {
    while (true) {
        tcp::socket socket(net::make_strand(acceptor.get_executor()));
        co_await acceptor.async_accept(socket, net::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        const auto executor = socket.get_executor();
        net::co_spawn(executor, answer(beast::tcp_stream(std::move(socket))), net::detached);
    }
}

}  // namespace

int main(int count, char** words) {
    const auto port = static_cast<unsigned short>(count > 1 ? std::atoi(words[1]) : 0);
    const unsigned threads_wanted = std::max(2U, std::thread::hardware_concurrency());
    net::io_context context(static_cast<int>(threads_wanted));
    tcp::acceptor acceptor(context, {net::ip::make_address("127.0.0.1"), port});
    net::co_spawn(context, accept(acceptor), net::detached);
    std::cout << "listening on http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < threads_wanted; ++i) {
        threads.emplace_back([&context] { context.run(); });
    }
    context.run();
}
