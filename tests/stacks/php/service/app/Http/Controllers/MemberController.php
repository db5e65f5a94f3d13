<?php

namespace App\Http\Controllers;

use App\Models\Member;
use Illuminate\Http\JsonResponse;

class MemberController extends Controller
{
    public function index(): JsonResponse
    {
        return response()->json(Member::orderBy('id')->paginate(50));
    }

    public function show(Member $member): JsonResponse
    {
        return response()->json($member);
    }
}
