<?php

namespace App\Http\Controllers;

use App\Jobs\NotifyOwner;
use App\Models\Reservation;
use App\Models\Tool;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\DB;

class ReservationController extends Controller
{
    public function index(Request $request): JsonResponse
    {
        $reservations = Reservation::where('member_id', $request->user()->id)->get();

        return response()->json($reservations->map(fn (Reservation $reservation) => [
            'id' => $reservation->id,
            'tool' => $reservation->tool->name,
            'owner' => $reservation->tool->owner->name,
            'until' => $reservation->ends_on,
        ]));
    }

    public function store(Request $request): JsonResponse
    {
        $data = $request->validate([
            'tool_id' => ['required', 'exists:tools,id'],
            'starts_on' => ['required', 'date', 'after_or_equal:today'],
            'ends_on' => ['required', 'date', 'after_or_equal:starts_on'],
        ]);

        $reservation = DB::transaction(function () use ($data, $request) {
            $tool = Tool::whereKey($data['tool_id'])->lockForUpdate()->first();
            abort_if($tool->isTaken($data['starts_on'], $data['ends_on']), 409, 'The tool is taken');

            return $tool->reservations()->create([...$data, 'member_id' => $request->user()->id]);
        });
        NotifyOwner::dispatch($reservation);

        return response()->json($reservation, 201);
    }

    public function destroy(Reservation $reservation): Response
    {
        $reservation->delete();

        return response()->noContent();
    }

    public function giveBack(Request $request, Reservation $reservation): JsonResponse
    {
        abort_unless($reservation->member_id === $request->user()->id, 403);
        $reservation->update(['returned_at' => now()]);

        return response()->json($reservation);
    }
}
