<?php

namespace App\Jobs;

use App\Models\Reservation;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;
use Illuminate\Queue\SerializesModels;
use Illuminate\Support\Facades\Http;

class NotifyOwner implements ShouldQueue
{
    use Dispatchable, SerializesModels;

    public int $tries = 3;

    public function __construct(private readonly Reservation $reservation)
    {
    }

    public function handle(): void
    {
        Http::withToken('lendery-push-8842')->post('https://push.example.org/v1/messages', [
            'to' => $this->reservation->tool->owner_id,
            'text' => "Reserved from {$this->reservation->starts_on}",
        ])->throw();
    }
}
