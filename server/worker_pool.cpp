// server/worker_pool.cpp
// Two queues under one lock.
#include "server/worker_pool.h"

#include <utility>

namespace xinpu::server {

WorkerPool::WorkerPool(std::size_t threads) {
    usual_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
        usual_.emplace_back([this] { work(usual_queue_); });
    }
}

WorkerPool::~WorkerPool() {
    stop();
}

void WorkerPool::work(Queue& queue) {
    std::unique_lock lock(mutex_);
    while (true) {
        ++queue.idle;
        queue.ready.wait(lock, [&] { return stopping_ || !queue.tasks.empty(); });
        --queue.idle;
        if (queue.tasks.empty()) {
            return;
        }
        Task task = std::move(queue.tasks.front());
        queue.tasks.pop_front();
        lock.unlock();
        task();
        task = nullptr;  // what it holds is let go of before the lock is taken
        lock.lock();
    }
}

bool WorkerPool::submit(Lane lane, Task task) {
    const std::lock_guard lock(mutex_);
    Queue& queue = lane == Lane::Usual ? usual_queue_ : holder_queue_;
    if (stopping_ || queue.tasks.size() >= kQueueMax) {
        return false;
    }
    queue.tasks.push_back(std::move(task));
    if (lane == Lane::HoldsWriter && queue.idle < queue.tasks.size() && holders_.size() < kHoldersMax) {
        holders_.emplace_back([this] { work(holder_queue_); });
    } else {
        queue.ready.notify_one();
    }
    return true;
}

WorkerPool::Load WorkerPool::load() const {
    const std::lock_guard lock(mutex_);
    return {usual_queue_.tasks.size() + holder_queue_.tasks.size(), usual_.size() - usual_queue_.idle};
}

void WorkerPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        usual_queue_.ready.notify_all();
        holder_queue_.ready.notify_all();
    }
    for (std::vector<std::thread>* threads : {&usual_, &holders_}) {
        for (std::thread& thread : *threads) {
            thread.join();
        }
        threads->clear();
    }
}

}  // namespace xinpu::server
