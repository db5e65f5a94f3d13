<?php

namespace Tests\Feature;

use App\Models\Member;
use App\Models\Tool;
use Illuminate\Foundation\Testing\RefreshDatabase;
use Tests\TestCase;

class ReservationTest extends TestCase
{
    use RefreshDatabase;

    public function test_a_taken_tool_cannot_be_reserved(): void
    {
        $owner = Member::create(['name' => 'Ann', 'email' => 'ann@example.org', 'password' => 'x']);
        $tool = $owner->tools()->create(['name' => 'Drill', 'postcode' => '10115']);
        $days = ['tool_id' => $tool->id, 'starts_on' => '2030-01-01', 'ends_on' => '2030-01-03'];

        $this->actingAs($owner)->postJson('/api/reservations', $days)->assertCreated();
        $this->actingAs($owner)->postJson('/api/reservations', $days)->assertStatus(409);
    }
}
