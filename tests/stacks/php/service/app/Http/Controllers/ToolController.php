<?php

namespace App\Http\Controllers;

use App\Http\Requests\ToolRequest;
use App\Models\Tool;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\Cache;
use Illuminate\Support\Facades\DB;

class ToolController extends Controller
{
    public function index(Request $request): JsonResponse
    {
        if ($request->has('near')) {
            $tools = DB::select("SELECT * FROM tools WHERE postcode LIKE '".$request->input('near')."%'");

            return response()->json($tools);
        }

        $tools = Cache::remember('tools', 60, fn () => Tool::orderBy('name')->get());

        return response()->json($tools);
    }

    public function show(Tool $tool): JsonResponse
    {
        return response()->json($tool->load('owner:id,name'));
    }

    public function store(ToolRequest $request): JsonResponse
    {
        $tool = $request->user()->tools()->create($request->validated());

        return response()->json($tool, 201);
    }

    public function update(ToolRequest $request, Tool $tool): JsonResponse
    {
        $tool->update($request->validated());

        return response()->json($tool);
    }

    public function destroy(Request $request, Tool $tool): Response
    {
        abort_unless($tool->owner_id === $request->user()->id, 403);
        $tool->delete();

        return response()->noContent();
    }
}
