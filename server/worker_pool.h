// server/worker_pool.h
#pragma once
// Threads on which statements run, so that the threads of the network stay free.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace xinpu::server {

/// Two lanes: a fixed number of threads for statements, and as many as needed for requests of the transaction
/// that holds a writer, and for what must be answered while all statements are stuck. Without the second lane, writers that wait for that transaction could fill all
/// threads, and its commit would wait for them.
///
/// Threads: submit() from any.
class WorkerPool {
public:
    using Task = std::function<void()>;
    enum class Lane : std::uint8_t { Usual, HoldsWriter };

    static constexpr std::size_t kQueueMax = 4'096;
    static constexpr std::size_t kHoldersMax = 64;  ///< threads of the second lane

    explicit WorkerPool(std::size_t threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False if the queue is full or the pool has stopped: the task was not taken. Tasks let no exception
    /// out.
    bool submit(Lane lane, Task task);
    /// Runs what is queued, then ends the threads.
    void stop();
    std::size_t threads() const noexcept { return usual_.size(); }
    struct Load {
        std::size_t queued = 0;  ///< tasks that wait, of both lanes
        std::size_t busy = 0;    ///< threads of the usual lane that have one
    };
    Load load() const;

private:
    struct Queue {
        std::deque<Task> tasks;
        std::condition_variable ready;
        std::size_t idle = 0;
    };
    void work(Queue& queue);

    mutable std::mutex mutex_;
    Queue usual_queue_;
    Queue holder_queue_;
    std::vector<std::thread> usual_;
    std::vector<std::thread> holders_;  ///< as many as are needed at once: one transaction holds a writer
    bool stopping_ = false;
};

}  // namespace xinpu::server
